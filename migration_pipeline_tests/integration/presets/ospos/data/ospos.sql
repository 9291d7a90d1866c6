-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: ospos
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;

--
-- Table structure for table `ospos_app_config`
--
DROP TABLE IF EXISTS `ospos_app_config`;
CREATE TABLE `ospos_app_config` (
  `key` varchar(50) NOT NULL,
  `value` varchar(500) NOT NULL,
  PRIMARY KEY (`key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_app_config` VALUES ('tax_included','1'),('company','Corner grocery; it\'s open'),('currency_symbol','$');

DROP TABLE IF EXISTS `ospos_people`;
CREATE TABLE `ospos_people` (
  `first_name` varchar(255) NOT NULL,
  `last_name` varchar(255) NOT NULL,
  `gender` int(1) DEFAULT NULL,
  `phone_number` varchar(255) NOT NULL,
  `email` varchar(255) NOT NULL,
  `address_1` varchar(255) NOT NULL,
  `address_2` varchar(255) NOT NULL,
  `city` varchar(255) NOT NULL,
  `state` varchar(255) NOT NULL,
  `zip` varchar(255) NOT NULL,
  `country` varchar(255) NOT NULL,
  `comments` text NOT NULL,
  `person_id` int(10) NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (`person_id`),
  KEY `email` (`email`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_people` VALUES ('John','Doe',NULL,'555-555-5555','changeme@example.com','Address 1','','','','','','',1),('Ada','Farmer',NULL,'555-0102','ada@farm.example','1 Orchard Rd','','Springfield','','','','',2),('Ben','Baker',NULL,'555-0103','','2 Mill Ln','','','','','','',3),('Cy','Closed',NULL,'','','','','','','','','',4),('Dana','O\'Hara',0,'555-0105','dana@example.com','5 Elm St','','','','','','likes tea; \"green\"',5),('Eli','Stone',1,'555-0106','','','','','','','','',6),('Fay','Gone',NULL,'','','','','','','','','',7),('Gus','Quick',1,'','','','','','','','','',8);

DROP TABLE IF EXISTS `ospos_suppliers`;
CREATE TABLE `ospos_suppliers` (
  `person_id` int(10) NOT NULL,
  `company_name` varchar(255) NOT NULL,
  `agency_name` varchar(255) NOT NULL,
  `account_number` varchar(255) DEFAULT NULL,
  `tax_id` varchar(32) NOT NULL DEFAULT '',
  `deleted` tinyint(1) NOT NULL DEFAULT '0',
  `category` tinyint(1) NOT NULL,
  PRIMARY KEY (`person_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_suppliers` VALUES (2,'Orchard Farm','',NULL,'',0,0),(3,'Mill Bakery','Mill Agency','A-77','',0,0),(4,'Closed Trading','',NULL,'',1,0);

DROP TABLE IF EXISTS `ospos_items`;
CREATE TABLE `ospos_items` (
  `name` varchar(255) NOT NULL,
  `category` varchar(255) NOT NULL,
  `supplier_id` int(11) DEFAULT NULL,
  `item_number` varchar(255) DEFAULT NULL,
  `description` varchar(255) NOT NULL,
  `cost_price` decimal(15,2) NOT NULL,
  `unit_price` decimal(15,2) NOT NULL,
  `reorder_level` decimal(15,3) NOT NULL DEFAULT '0.000',
  `receiving_quantity` decimal(15,3) NOT NULL DEFAULT '1.000',
  `item_id` int(10) NOT NULL AUTO_INCREMENT,
  `pic_filename` varchar(255) DEFAULT NULL,
  `allow_alt_description` tinyint(1) NOT NULL,
  `is_serialized` tinyint(1) NOT NULL,
  `deleted` tinyint(1) NOT NULL DEFAULT '0',
  `stock_type` tinyint(1) NOT NULL DEFAULT '0',
  `item_type` tinyint(1) NOT NULL DEFAULT '0',
  `tax_category_id` int(10) DEFAULT NULL,
  `qty_per_pack` decimal(15,3) NOT NULL DEFAULT '1.000',
  `pack_name` varchar(8) DEFAULT 'Each',
  `low_sell_item_id` int(10) DEFAULT '0',
  `hsn_code` varchar(32) NOT NULL DEFAULT '',
  PRIMARY KEY (`item_id`),
  KEY `item_number` (`item_number`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_items` VALUES ('Green tea 500ml','Drinks',2,'6901000001018','',2.00,3.50,10.000,1.000,1,NULL,0,0,0,0,0,NULL,1.000,'Each',1,''),('Olive oil 1l','Food',2,'6901000001025','cold pressed, \"extra\"',8.00,12.00,0.000,1.000,2,NULL,0,0,0,0,0,NULL,1.000,'Each',2,''),('Apples, loose','Fruit',2,NULL,'',5.00,8.00,0.000,1.000,3,NULL,0,0,0,0,0,NULL,1.000,'Each',3,''),('Rye bread','Bakery',3,'6901000001049','',6.00,9.98,0.000,1.000,4,NULL,0,0,0,0,0,NULL,1.000,'Each',4,''),('Old calendar','Misc',4,'CAL-2019','',1.00,2.00,0.000,1.000,5,NULL,0,0,1,0,0,NULL,1.000,'Each',5,''),('Soda can','Drinks',2,'6901000001063','',1.00,1.80,0.000,1.000,6,NULL,0,0,0,0,0,NULL,1.000,'Each',6,''),('Soda can (promo)','Drinks',2,'6901000001063','',1.10,1.60,0.000,1.000,7,NULL,0,0,0,0,0,NULL,1.000,'Each',7,''),('Delivery','Service',99,NULL,'',0.00,5.00,0.000,1.000,8,NULL,0,0,0,1,0,NULL,1.000,'Each',8,'');

DROP TABLE IF EXISTS `ospos_items_taxes`;
CREATE TABLE `ospos_items_taxes` (
  `item_id` int(10) NOT NULL,
  `name` varchar(255) NOT NULL,
  `percent` decimal(15,3) NOT NULL,
  PRIMARY KEY (`item_id`,`name`,`percent`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_items_taxes` VALUES (1,'Sales Tax',8.000),(2,'Sales Tax',8.000);

DROP TABLE IF EXISTS `ospos_item_quantities`;
CREATE TABLE `ospos_item_quantities` (
  `item_id` int(11) NOT NULL,
  `location_id` int(11) NOT NULL,
  `quantity` decimal(15,3) NOT NULL DEFAULT '0.000',
  PRIMARY KEY (`item_id`,`location_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_item_quantities` VALUES (1,1,100.000),(1,2,10.000),(2,1,-3.000),(3,1,35.500),(4,1,20.000),(6,1,5.000),(7,1,7.000),(8,1,0.000),(99,1,1.000);

DROP TABLE IF EXISTS `ospos_customers_packages`;
CREATE TABLE `ospos_customers_packages` (
  `package_id` int(11) NOT NULL AUTO_INCREMENT,
  `package_name` varchar(255) DEFAULT NULL,
  `points_percent` float NOT NULL DEFAULT '0',
  `deleted` tinyint(1) NOT NULL DEFAULT '0',
  PRIMARY KEY (`package_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_customers_packages` VALUES (1,'Default',0,0),(2,'Bronze',10,0),(3,'Silver',20,0);

DROP TABLE IF EXISTS `ospos_customers`;
CREATE TABLE `ospos_customers` (
  `person_id` int(10) NOT NULL,
  `company_name` varchar(255) DEFAULT NULL,
  `account_number` varchar(255) DEFAULT NULL,
  `taxable` tinyint(1) NOT NULL DEFAULT '1',
  `tax_id` varchar(32) NOT NULL DEFAULT '',
  `sales_tax_code_id` int(11) DEFAULT NULL,
  `discount` decimal(15,2) NOT NULL DEFAULT '0.00',
  `discount_type` tinyint(1) NOT NULL DEFAULT '0',
  `package_id` int(11) DEFAULT NULL,
  `points` int(11) DEFAULT NULL,
  `deleted` tinyint(1) NOT NULL DEFAULT '0',
  `date` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `employee_id` int(10) NOT NULL,
  `consent` tinyint(1) NOT NULL DEFAULT '0',
  PRIMARY KEY (`person_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_customers` VALUES (5,NULL,'C-5',1,'',NULL,0.00,0,2,120,0,'2025-01-05 10:00:00',1,1),(6,NULL,NULL,1,'',NULL,0.00,0,3,45,0,'2025-02-06 10:00:00',1,1),(7,NULL,NULL,1,'',NULL,0.00,0,NULL,NULL,1,'2025-02-07 10:00:00',1,1),(8,'Quick Ltd',NULL,0,'',NULL,5.00,0,1,0,0,'2025-02-08 10:00:00',1,1);

DROP TABLE IF EXISTS `ospos_giftcards`;
CREATE TABLE `ospos_giftcards` (
  `record_time` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `giftcard_id` int(11) NOT NULL AUTO_INCREMENT,
  `giftcard_number` varchar(255) DEFAULT NULL,
  `value` decimal(15,2) NOT NULL,
  `deleted` tinyint(1) NOT NULL DEFAULT '0',
  `person_id` int(10) DEFAULT NULL,
  PRIMARY KEY (`giftcard_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_giftcards` VALUES ('2025-12-01 09:00:00',1,'7',25.00,0,5),('2025-12-02 09:00:00',2,'8',0.00,0,6),('2025-12-03 09:00:00',3,'9',15.00,0,NULL),('2025-12-04 09:00:00',4,'10',40.00,1,6);

DROP TABLE IF EXISTS `ospos_sales`;
CREATE TABLE `ospos_sales` (
  `sale_time` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `customer_id` int(10) DEFAULT NULL,
  `employee_id` int(10) NOT NULL DEFAULT '0',
  `comment` text,
  `invoice_number` varchar(32) DEFAULT NULL,
  `dinner_table_id` int(11) DEFAULT NULL,
  `sale_id` int(10) NOT NULL AUTO_INCREMENT,
  `quote_number` varchar(32) DEFAULT NULL,
  `sale_status` tinyint(1) NOT NULL DEFAULT '0',
  `work_order_number` varchar(32) DEFAULT NULL,
  `sale_type` tinyint(1) NOT NULL DEFAULT '0',
  PRIMARY KEY (`sale_id`)
) ENGINE=InnoDB AUTO_INCREMENT=10 DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_sales` VALUES ('2026-03-02 09:15:00',5,1,'',NULL,NULL,1,NULL,0,NULL,0),('2026-03-02 10:00:30',6,1,'',NULL,NULL,2,NULL,0,NULL,0),('2026-03-02 10:20:00',NULL,1,'tea was warm\nmoney back',NULL,NULL,3,NULL,0,NULL,4),('2026-03-02 11:00:00',NULL,1,'',NULL,NULL,4,NULL,1,NULL,0),('2026-03-02 11:05:00',NULL,1,'',NULL,NULL,5,NULL,2,NULL,0),('2026-03-02 11:10:00',8,1,'','INV-6',NULL,6,NULL,0,NULL,1),('2026-03-02 11:15:00',8,1,'',NULL,NULL,7,'Q26000001',1,NULL,3),('2026-03-02 12:00:00',NULL,1,'',NULL,NULL,8,NULL,0,NULL,0),('2026-03-02 12:30:00',55,1,'',NULL,NULL,9,NULL,0,NULL,0);

DROP TABLE IF EXISTS `ospos_sales_items`;
CREATE TABLE `ospos_sales_items` (
  `sale_id` int(10) NOT NULL DEFAULT '0',
  `item_id` int(10) NOT NULL DEFAULT '0',
  `description` varchar(255) DEFAULT NULL,
  `serialnumber` varchar(30) DEFAULT NULL,
  `line` int(3) NOT NULL DEFAULT '0',
  `quantity_purchased` decimal(15,3) NOT NULL DEFAULT '0.000',
  `item_cost_price` decimal(15,2) NOT NULL,
  `item_unit_price` decimal(15,2) NOT NULL,
  `discount` decimal(15,2) NOT NULL DEFAULT '0.00',
  `discount_type` tinyint(1) NOT NULL DEFAULT '0',
  `item_location` int(11) NOT NULL,
  `print_option` tinyint(1) NOT NULL DEFAULT '0',
  PRIMARY KEY (`sale_id`,`item_id`,`line`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_sales_items` VALUES (1,1,'',NULL,1,2.000,2.00,3.50,0.00,0,1,0),(1,2,'','',2,1.000,8.00,12.00,10.00,0,1,0),(2,3,NULL,NULL,1,1.250,5.00,8.00,0.00,0,1,0),(3,1,NULL,NULL,1,-1.000,2.00,3.50,0.00,0,1,0),(4,2,NULL,NULL,1,1.000,8.00,12.00,0.00,0,1,0),(5,1,NULL,NULL,1,1.000,2.00,3.50,0.00,0,1,0),(6,2,NULL,NULL,1,2.000,8.00,12.00,1.00,1,1,0),(7,1,NULL,NULL,1,10.000,2.00,3.50,0.00,0,1,0),(8,4,NULL,NULL,1,1.000,6.00,9.98,0.00,0,1,0),(9,99,NULL,NULL,1,1.000,3.00,5.00,0.00,0,1,0),(77,1,NULL,NULL,1,1.000,2.00,3.50,0.00,0,1,0);

DROP TABLE IF EXISTS `ospos_sales_payments`;
CREATE TABLE `ospos_sales_payments` (
  `payment_id` int(11) NOT NULL AUTO_INCREMENT,
  `sale_id` int(10) NOT NULL,
  `payment_type` varchar(40) NOT NULL,
  `payment_amount` decimal(15,2) NOT NULL,
  `cash_refund` decimal(15,2) NOT NULL DEFAULT '0.00',
  `cash_adjustment` tinyint(4) NOT NULL DEFAULT '0',
  `employee_id` int(11) DEFAULT NULL,
  `payment_time` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `reference_code` varchar(40) NOT NULL DEFAULT '',
  PRIMARY KEY (`payment_id`),
  KEY `payment_sale` (`sale_id`,`payment_type`)
) ENGINE=InnoDB AUTO_INCREMENT=10 DEFAULT CHARSET=utf8mb4;
INSERT INTO `ospos_sales_payments` VALUES (1,1,'Cash',20.00,2.20,0,1,'2026-03-02 09:15:00',''),(2,2,'Credit Card',6.00,0.00,0,1,'2026-03-02 10:00:30',''),(3,2,'Gift Card:7',4.00,0.00,0,1,'2026-03-02 10:00:30',''),(4,3,'Cash',-3.50,0.00,0,1,'2026-03-02 10:20:00',''),(5,5,'Cash',3.50,0.00,0,1,'2026-03-02 11:05:00',''),(6,6,'Cash',22.00,0.00,0,1,'2026-03-02 11:10:00',''),(7,8,'Cash',10.00,0.00,0,1,'2026-03-02 12:00:00',''),(8,8,'Cash Adjustment',0.02,0.00,1,1,'2026-03-02 12:00:00',''),(9,9,'Due',5.00,0.00,0,1,'2026-03-02 12:30:00','');
-- Dump completed on 2026-03-03  6:00:00
