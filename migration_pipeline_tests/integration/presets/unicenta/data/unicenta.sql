-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
--
-- Host: localhost    Database: unicentaopos
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `applications`;
CREATE TABLE `applications` (
  `id` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `version` varchar(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `applications` VALUES ('unicentaopos','uniCenta oPOS','4.6');
DROP TABLE IF EXISTS `categories`;
CREATE TABLE `categories` (
  `id` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `parentid` varchar(255) DEFAULT NULL,
  `image` mediumblob,
  `texttip` varchar(255) DEFAULT NULL,
  `catshowname` smallint(6) NOT NULL DEFAULT '1',
  `catorder` varchar(255) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `categories` VALUES ('000','Category Standard',NULL,NULL,NULL,1,NULL);
INSERT INTO `categories` VALUES ('c1','Drinks','000',0x89504E470D0A1A0A,NULL,1,NULL);
INSERT INTO `categories` VALUES ('c2','Food','000',NULL,NULL,1,NULL);
DROP TABLE IF EXISTS `taxes`;
CREATE TABLE `taxes` (
  `id` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `category` varchar(255) NOT NULL,
  `custcategory` varchar(255) DEFAULT NULL,
  `parentid` varchar(255) DEFAULT NULL,
  `rate` double NOT NULL DEFAULT '0',
  `ratecascade` bit(1) NOT NULL DEFAULT b'0',
  `rateorder` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `taxes` VALUES ('000','Tax Exempt','000',NULL,NULL,0,0x00,NULL);
INSERT INTO `taxes` VALUES ('001','Tax Standard','001',NULL,NULL,0.2,0x00,NULL);
DROP TABLE IF EXISTS `suppliers`;
CREATE TABLE `suppliers` (
  `id` varchar(255) NOT NULL,
  `searchkey` varchar(255) NOT NULL,
  `taxid` varchar(255) DEFAULT NULL,
  `name` varchar(255) NOT NULL,
  `maxdebt` double NOT NULL DEFAULT '0',
  `address` varchar(255) DEFAULT NULL,
  `address2` varchar(255) DEFAULT NULL,
  `postal` varchar(255) DEFAULT NULL,
  `city` varchar(255) DEFAULT NULL,
  `region` varchar(255) DEFAULT NULL,
  `country` varchar(255) DEFAULT NULL,
  `firstname` varchar(255) DEFAULT NULL,
  `lastname` varchar(255) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  `phone` varchar(255) DEFAULT NULL,
  `phone2` varchar(255) DEFAULT NULL,
  `fax` varchar(255) DEFAULT NULL,
  `notes` varchar(255) DEFAULT NULL,
  `visible` bit(1) NOT NULL DEFAULT b'1',
  `curdate` datetime DEFAULT NULL,
  `curdebt` double DEFAULT '0',
  `vatid` varchar(255) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `suppliers` VALUES ('s-1','SUP1',NULL,'Acme Drinks',0,'7 Dock St',NULL,NULL,NULL,NULL,NULL,'Ada',NULL,NULL,'555-0201',NULL,NULL,NULL,0x01,NULL,120.5,NULL);
INSERT INTO `suppliers` VALUES ('s-2','SUP2',NULL,'Baker Bros',0,'7 Dock St',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'555-0201',NULL,NULL,NULL,0x01,NULL,NULL,NULL);
INSERT INTO `suppliers` VALUES ('s-3','SUP3',NULL,'ACME Drinks',0,'7 Dock St',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'555-0201',NULL,NULL,NULL,0x01,NULL,10,NULL);
DROP TABLE IF EXISTS `products`;
CREATE TABLE `products` (
  `id` varchar(255) NOT NULL,
  `reference` varchar(255) NOT NULL,
  `code` varchar(255) NOT NULL,
  `codetype` varchar(255) DEFAULT NULL,
  `name` varchar(255) NOT NULL,
  `pricebuy` double NOT NULL DEFAULT '0',
  `pricesell` double NOT NULL DEFAULT '0',
  `category` varchar(255) NOT NULL,
  `taxcat` varchar(255) NOT NULL,
  `attributeset_id` varchar(255) DEFAULT NULL,
  `stockcost` double NOT NULL DEFAULT '0',
  `stockvolume` double NOT NULL DEFAULT '0',
  `image` mediumblob,
  `iscom` bit(1) NOT NULL DEFAULT b'0',
  `isscale` bit(1) NOT NULL DEFAULT b'0',
  `isconstant` bit(1) NOT NULL DEFAULT b'0',
  `printkb` bit(1) NOT NULL DEFAULT b'0',
  `sendstatus` bit(1) NOT NULL DEFAULT b'0',
  `isservice` bit(1) NOT NULL DEFAULT b'0',
  `attributes` mediumblob,
  `display` varchar(255) DEFAULT NULL,
  `isvprice` smallint(6) NOT NULL DEFAULT '0',
  `isverpatrib` smallint(6) NOT NULL DEFAULT '0',
  `texttip` varchar(255) DEFAULT NULL,
  `warranty` smallint(6) NOT NULL DEFAULT '0',
  `stockunits` double NOT NULL DEFAULT '0',
  `printto` varchar(255) DEFAULT '1',
  `supplier` varchar(255) DEFAULT NULL,
  `uom` varchar(255) DEFAULT '0',
  `memodate` datetime DEFAULT '1900-01-01 00:00:01'
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `products` VALUES ('p-1','REF1','6902000000018','EAN-13','Cola 0.5l',0.5,1.6583333333333334,'c1','001',NULL,0,0,0x89504E470D0A1A0A0000000D,0x00,0x00,0x00,0x00,0x00,0x00,NULL,'<html>Cola 0.5l',0,0,NULL,0,0,'1','s-1','0','1900-01-01 00:00:01');
INSERT INTO `products` VALUES ('p-2','REF2','6902000000025','EAN-13','Bread',1,2.5,'c2','000',NULL,0,0,NULL,0x00,0x00,0x00,0x00,0x00,0x00,NULL,'<html>Bread',0,0,NULL,0,0,'1','s-2','0','1900-01-01 00:00:01');
INSERT INTO `products` VALUES ('p-3','REF3','2000003','EAN-13','Cheese, loose',6,10,'c2','001',NULL,0,0,NULL,0x00,0x01,0x00,0x00,0x00,0x00,NULL,'<html>Cheese, loose',0,0,NULL,0,0,'1',NULL,'0','1900-01-01 00:00:01');
INSERT INTO `products` VALUES ('p-4','REF4','REF4','EAN-13','Delivery',0,4.166666666666667,'000','001',NULL,0,0,NULL,0x00,0x00,0x00,0x00,0x00,0x01,NULL,'<html>Delivery',0,0,NULL,0,0,'1',NULL,'0','1900-01-01 00:00:01');
INSERT INTO `products` VALUES ('xxx999_999xxx_x9x9x9','xxx999','xxx999','EAN-13','Free Line entry',0,0,'000','001',NULL,0,0,NULL,0x00,0x00,0x00,0x00,0x00,0x01,NULL,'<html>Free Line entry',0,0,NULL,0,0,'1',NULL,'0','1900-01-01 00:00:01');
DROP TABLE IF EXISTS `customers`;
CREATE TABLE `customers` (
  `id` varchar(255) NOT NULL,
  `searchkey` varchar(255) NOT NULL,
  `taxid` varchar(255) DEFAULT NULL,
  `name` varchar(255) NOT NULL,
  `taxcategory` varchar(255) DEFAULT NULL,
  `card` varchar(255) DEFAULT NULL,
  `maxdebt` double NOT NULL DEFAULT '0',
  `address` varchar(255) DEFAULT NULL,
  `address2` varchar(255) DEFAULT NULL,
  `postal` varchar(255) DEFAULT NULL,
  `city` varchar(255) DEFAULT NULL,
  `region` varchar(255) DEFAULT NULL,
  `country` varchar(255) DEFAULT NULL,
  `firstname` varchar(255) DEFAULT NULL,
  `lastname` varchar(255) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  `phone` varchar(255) DEFAULT NULL,
  `phone2` varchar(255) DEFAULT NULL,
  `fax` varchar(255) DEFAULT NULL,
  `notes` varchar(255) DEFAULT NULL,
  `visible` bit(1) NOT NULL DEFAULT b'1',
  `curdate` datetime DEFAULT NULL,
  `curdebt` double DEFAULT '0',
  `image` mediumblob,
  `isvip` bit(1) NOT NULL DEFAULT b'0',
  `discount` double DEFAULT '0',
  `memodate` datetime DEFAULT '1900-01-01 00:00:01'
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `customers` VALUES ('cu-1','C001',NULL,'Ann Lee',NULL,'cC001',0,'1 Hill Rd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'ann@example.com','555-0301',NULL,NULL,NULL,0x01,NULL,0,NULL,0x00,0,'1900-01-01 00:00:01');
INSERT INTO `customers` VALUES ('cu-2','C002',NULL,'Bob O\'Neil',NULL,'cC002',0,'1 Hill Rd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0x00,NULL,0,NULL,0x00,0,'1900-01-01 00:00:01');
INSERT INTO `customers` VALUES ('cu-3','C003',NULL,'Cy Young',NULL,'cC003',0,'1 Hill Rd',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'555-0303',NULL,NULL,NULL,0x01,NULL,0,NULL,0x00,0,'1900-01-01 00:00:01');
DROP TABLE IF EXISTS `stockcurrent`;
CREATE TABLE `stockcurrent` (
  `location` varchar(255) NOT NULL,
  `product` varchar(255) NOT NULL,
  `attributesetinstance_id` varchar(255) DEFAULT NULL,
  `units` double NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `stockcurrent` VALUES ('0','p-1',NULL,24);
INSERT INTO `stockcurrent` VALUES ('0','p-1','attr-1',6);
INSERT INTO `stockcurrent` VALUES ('0','p-2',NULL,-2);
INSERT INTO `stockcurrent` VALUES ('0','p-3',NULL,3.75);
INSERT INTO `stockcurrent` VALUES ('1','p-1',NULL,5);
INSERT INTO `stockcurrent` VALUES ('0','p-gone',NULL,1);
DROP TABLE IF EXISTS `closedcash`;
CREATE TABLE `closedcash` (
  `money` varchar(255) NOT NULL,
  `host` varchar(255) NOT NULL,
  `hostsequence` int(11) NOT NULL,
  `datestart` datetime NOT NULL,
  `dateend` datetime DEFAULT NULL,
  `nosales` int(11) NOT NULL DEFAULT '0'
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `closedcash` VALUES ('m-1','till-1',1,'2026-04-01 08:00:00','2026-04-01 20:00:00',2);
DROP TABLE IF EXISTS `receipts`;
CREATE TABLE `receipts` (
  `id` varchar(255) NOT NULL,
  `money` varchar(255) NOT NULL,
  `datenew` datetime NOT NULL,
  `attributes` mediumblob,
  `person` varchar(255) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `receipts` VALUES ('r1','m-1','2026-04-01 09:00:00',NULL,NULL);
INSERT INTO `receipts` VALUES ('r2','m-1','2026-04-01 09:30:15',NULL,NULL);
INSERT INTO `receipts` VALUES ('r3','m-1','2026-04-01 10:00:00',NULL,NULL);
INSERT INTO `receipts` VALUES ('r4','m-1','2026-04-01 10:05:00',NULL,NULL);
INSERT INTO `receipts` VALUES ('r5','m-1','2026-04-01 10:10:00',NULL,NULL);
INSERT INTO `receipts` VALUES ('r6','m-1','2026-04-01 10:20:00',NULL,NULL);
DROP TABLE IF EXISTS `tickets`;
CREATE TABLE `tickets` (
  `id` varchar(255) NOT NULL,
  `tickettype` int(11) NOT NULL DEFAULT '0',
  `ticketid` int(11) NOT NULL,
  `person` varchar(255) NOT NULL,
  `customer` varchar(255) DEFAULT NULL,
  `status` int(11) NOT NULL DEFAULT '0'
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `tickets` VALUES ('r1',0,1,'0','cu-1',1);
INSERT INTO `tickets` VALUES ('r2',0,2,'0',NULL,0);
INSERT INTO `tickets` VALUES ('r3',1,1,'0',NULL,0);
INSERT INTO `tickets` VALUES ('r4',2,1,'0','cu-3',0);
INSERT INTO `tickets` VALUES ('r5',0,3,'0',NULL,0);
INSERT INTO `tickets` VALUES ('r6',0,4,'0','cu-9',0);
DROP TABLE IF EXISTS `ticketlines`;
CREATE TABLE `ticketlines` (
  `ticket` varchar(255) NOT NULL,
  `line` int(11) NOT NULL,
  `product` varchar(255) DEFAULT NULL,
  `attributesetinstance_id` varchar(255) DEFAULT NULL,
  `units` double NOT NULL,
  `price` double NOT NULL,
  `taxid` varchar(255) NOT NULL,
  `attributes` mediumblob
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `ticketlines` VALUES ('r1',0,'p-1',NULL,2,1.6583333333333334,'001',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r1',1,'p-2',NULL,1,2.5,'000',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r2',0,'p-3',NULL,0.5,10,'001',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r2',1,'p-4',NULL,1,4.166666666666667,'001',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r2',2,'xxx999_999xxx_x9x9x9',NULL,1,0.8333333333333334,'001',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r3',0,'p-2',NULL,-1,2.5,'000',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r5',0,'p-1',NULL,1,1.6583333333333334,'001',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('r6',0,'p-gone',NULL,1,5,'000',0x3C3F786D6C);
INSERT INTO `ticketlines` VALUES ('nope',0,'p-1',NULL,1,1.6583333333333334,'001',0x3C3F786D6C);
DROP TABLE IF EXISTS `payments`;
CREATE TABLE `payments` (
  `id` varchar(255) NOT NULL,
  `receipt` varchar(255) NOT NULL,
  `payment` varchar(255) NOT NULL,
  `total` double NOT NULL DEFAULT '0',
  `tip` double DEFAULT '0',
  `transid` varchar(255) DEFAULT NULL,
  `isprocessed` bit(1) DEFAULT b'0',
  `returnmsg` mediumblob,
  `notes` varchar(255) DEFAULT NULL,
  `tendered` double DEFAULT NULL,
  `cardname` varchar(255) DEFAULT NULL,
  `voucher` varchar(255) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `payments` VALUES ('y1','r1','cash',6.48,0,'no ID',0x00,NULL,NULL,10,NULL,NULL);
INSERT INTO `payments` VALUES ('y2','r2','ccard',10,0,'no ID',0x00,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `payments` VALUES ('y3','r2','cash',2,0,'no ID',0x00,NULL,NULL,2,NULL,NULL);
INSERT INTO `payments` VALUES ('y4','r3','cashrefund',-2.5,0,'no ID',0x00,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `payments` VALUES ('y5','r4','cash',50,0,'no ID',0x00,NULL,NULL,50,NULL,NULL);
INSERT INTO `payments` VALUES ('y6','r4','debtpaid',-50,0,'no ID',0x00,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `payments` VALUES ('y7','r5','cash',2,0,'no ID',0x00,NULL,NULL,2,NULL,NULL);
INSERT INTO `payments` VALUES ('y8','r6','debt',5,0,'no ID',0x00,NULL,NULL,NULL,NULL,NULL);
-- Dump completed on 2026-04-02  6:00:00
