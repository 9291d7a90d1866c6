--
-- PostgreSQL database dump
--

-- Dumped from database version 15.6
-- Dumped by pg_dump version 15.6

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE TABLE public.loyalty_program (
    id integer NOT NULL,
    sequence integer,
    program_type character varying NOT NULL,
    name jsonb NOT NULL,
    active boolean
);

--
-- Data for Name: loyalty_program; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.loyalty_program (id, sequence, program_type, name, active) FROM stdin;
1	1	loyalty	{"en_US": "Loyalty"}	t
2	2	gift_card	{"en_US": "Gift Cards"}	t
\.


--
-- Data for Name: loyalty_card; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.loyalty_card (id, program_id, company_id, partner_id, source_pos_order_id, code, expiration_date, points, active, create_date) FROM stdin;
1	1	1	20	\N	044a-1	\N	35.5	t	2025-11-01 08:00:00
2	2	1	20	\N	044b-2	\N	50	t	2025-12-01 08:00:00
3	2	1	\N	101	044c-3	2027-01-01	25	t	2026-03-02 01:15:00
4	1	1	21	\N	044d-4	\N	0	t	2025-12-05 08:00:00
\.


--
-- Data for Name: pos_order; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.pos_order (id, session_id, company_id, partner_id, user_id, name, pos_reference, state, note, date_order, amount_total, amount_tax, amount_paid, amount_return, to_invoice, create_date) FROM stdin;
101	5	1	20	2	Shop/0001	Order 00005-001-0001	done	\N	2026-03-02 01:15:00	6.48	0.66	6.48	3.52	f	2026-03-02 01:15:02
102	5	1	\N	2	Shop/0002	Order 00005-001-0002	invoiced	called twice\nthen paid	2026-03-02 02:00:30	11.00	1.83	11.00	0.00	t	2026-03-02 02:00:31
103	5	1	20	2	Shop/0001 REFUND	Order 00005-001-0003	done	\N	2026-03-02 03:00:00	-2.50	-0.23	-2.50	0.00	f	2026-03-02 03:00:01
104	6	1	\N	2	/	Order 00006-001-0001	draft	\N	2026-03-03 01:00:00	1.99	0.33	0.00	0.00	f	2026-03-03 01:00:00
105	6	1	\N	2	Shop/0004	Order 00006-001-0002	cancel	\N	2026-03-03 01:10:00	1.99	0.33	0.00	0.00	f	2026-03-03 01:10:00
106	6	1	21	2	Shop/0005	Order 00006-001-0003	paid	\N	2026-03-03 01:20:00	5.00	0.00	5.00	0.00	f	2026-03-03 01:20:00
107	6	1	\N	2	Shop/0006	Order 00006-001-0004	paid	\N	2026-03-03 01:30:00	7.00	0.64	7.00	0.00	f	2026-03-03 01:30:00
\.


--
-- Data for Name: pos_order_line; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.pos_order_line (id, company_id, product_id, order_id, refunded_orderline_id, name, full_product_name, customer_note, price_unit, qty, price_subtotal, price_subtotal_incl, discount, create_date) FROM stdin;
1	1	11	101	\N	Shop/0001-1	Cola 0.5l	\N	1.99	2	3.32	3.98	0.0	2026-03-02 01:15:02
2	1	12	101	\N	Shop/0001-2	Bread	\N	2.50	1	2.27	2.50	0.0	2026-03-02 01:15:02
3	1	13	102	\N	Shop/0002-1	Cheese, loose	thin\tslices	12.00	0.5	5.00	6.00	0.0	2026-03-02 02:00:31
4	1	14	102	\N	Shop/0002-2	Delivery	\N	5.00	1	4.17	5.00	0.0	2026-03-02 02:00:31
5	1	12	103	2	Shop/0001 REFUND-1	Bread	\N	2.50	-1	-2.27	-2.50	0.0	2026-03-02 03:00:01
6	1	11	104	\N	/-1	Cola 0.5l	\N	1.99	1	1.66	1.99	0.0	2026-03-03 01:00:00
7	1	11	105	\N	Shop/0004-1	Cola 0.5l	\N	1.99	1	1.66	1.99	0.0	2026-03-03 01:10:00
8	1	99	106	\N	Shop/0005-1	Mystery	\N	5.00	1	5.00	5.00	0.0	2026-03-03 01:20:00
9	1	12	107	\N	Shop/0006-1	Bread	\N	2.50	2.796	6.36	6.99	0.0	2026-03-03 01:30:00
10	1	11	999	\N	Shop/0099-1	Cola 0.5l	\N	1.99	1	1.66	1.99	0.0	2026-03-01 01:30:00
\.


--
-- Data for Name: pos_payment; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.pos_payment (id, pos_order_id, payment_method_id, session_id, name, card_type, transaction_id, amount, payment_date, is_change) FROM stdin;
1	101	1	5	\N	\N	\N	10.00	2026-03-02 01:15:02	f
2	101	1	5	return	\N	\N	-3.52	2026-03-02 01:15:02	t
3	102	2	5	\N	VISA	tx-1	11.00	2026-03-02 02:00:31	f
4	103	1	5	\N	\N	\N	-2.50	2026-03-02 03:00:01	f
5	106	3	6	\N	\N	\N	5.00	2026-03-03 01:20:00	f
6	107	1	6	\N	\N	\N	7.00	2026-03-03 01:30:00	f
\.


--
-- Data for Name: pos_payment_method; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.pos_payment_method (id, sequence, journal_id, company_id, name, is_cash_count, split_transactions, active) FROM stdin;
1	1	7	1	{"en_US": "Cash", "zh_CN": "现金"}	t	f	t
2	2	8	1	{"en_US": "Card"}	f	f	t
3	3	\N	1	{"en_US": "Customer Account"}	f	t	t
\.


--
-- Data for Name: product_category; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.product_category (id, parent_id, name, complete_name, parent_path) FROM stdin;
1	\N	All	All	1/
2	1	Drinks	All / Drinks	1/2/
3	1	Food	All / Food	1/3/
\.


--
-- Data for Name: product_product; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.product_product (id, product_tmpl_id, default_code, active, barcode, combination_indices, create_date, write_date) FROM stdin;
11	1	COLA	t	6902000000018	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
12	2	BREAD	t	6902000000025	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
13	3	\N	t	\N	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
14	4	DELIV	t	\N	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
15	5	\N	f	\N	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
16	6	EGGS	t	\N	\N	2025-01-01 00:00:00	2025-06-01 00:00:00
\.


--
-- Data for Name: product_supplierinfo; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.product_supplierinfo (id, sequence, partner_id, product_tmpl_id, company_id, currency_id, delay, min_qty, price) FROM stdin;
1	1	7	1	1	1	1	0	0.50
2	1	7	2	1	1	1	0	1.00
3	1	8	3	1	1	1	0	6.00
\.


--
-- Data for Name: product_template; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.product_template (id, sequence, categ_id, uom_id, uom_po_id, company_id, detailed_type, default_code, name, description, type, list_price, active, sale_ok, available_in_pos, to_weight) FROM stdin;
1	1	2	1	1	\N	product	COLA	{"en_US": "Cola 0.5l", "zh_CN": "可乐"}	\N	product	1.99	t	t	t	f
2	1	3	1	1	\N	product	BREAD	{"en_US": "Bread"}	\N	product	2.50	t	t	t	f
3	1	3	3	3	\N	product	\N	{"en_US": "Cheese, loose"}	{"en_US": "<p>a \\"ripe\\" one</p>"}	product	12.00	t	t	t	t
4	1	1	1	1	\N	service	DELIV	{"en_US": "Delivery"}	\N	service	5.00	t	t	t	f
5	1	1	1	1	\N	consu	\N	{"en_US": "Old poster"}	\N	consu	3.00	f	t	f	f
6	1	3	2	2	\N	product	EGGS	{"en_US": "Eggs"}	\N	product	4.20	t	t	t	f
\.


--
-- Data for Name: res_partner; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.res_partner (id, company_id, name, display_name, active, is_company, type, street, city, zip, email, phone, mobile, vat, ref, parent_id, customer_rank, supplier_rank, create_date) FROM stdin;
1	1	Organic shop	Organic shop	t	t	contact	1 Market Sq	Ghent	9000	shop@example.com	\N	\N	\N	\N	\N	0	0	2024-01-01 00:00:00
7	\N	Acme Drinks	Acme Drinks	t	t	contact	7 Dock St	Ghent	9000	\N	555-0701	\N	\N	\N	\N	0	3	2024-01-01 00:00:00
8	\N	Dairy Coop	Dairy Coop	t	t	contact	\N	\N	\N	\N	555-0801	\N	\N	\N	\N	0	1	2024-01-01 00:00:00
20	\N	Ann Lee	Ann Lee	t	f	contact	2 Oak Ln	Ghent	9000	ann@example.com	\N	555-2001	\N	\N	\N	2	0	2024-05-01 00:00:00
21	\N	Bob O'Neil	Bob O'Neil	t	f	contact	\N	\N	\N	\N	555-2101	\N	\N	\N	\N	1	0	2024-05-01 00:00:00
22	\N	Cy Gone	Cy Gone	f	f	contact	\N	\N	\N	\N	\N	\N	\N	\N	\N	1	0	2024-05-01 00:00:00
\.


--
-- Data for Name: stock_location; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.stock_location (id, location_id, company_id, name, complete_name, usage, active) FROM stdin;
5	2	1	Customers	Partners/Customers	customer	t
8	7	1	Stock	WH/Stock	internal	t
9	6	1	Stock	WH2/Stock	internal	t
14	3	1	Inventory adjustment	Virtual Locations/Inventory adjustment	inventory	t
\.


--
-- Data for Name: stock_quant; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.stock_quant (id, product_id, company_id, location_id, lot_id, package_id, owner_id, quantity, reserved_quantity, in_date) FROM stdin;
1	11	1	8	\N	\N	\N	24	0	2026-01-01 00:00:00
2	12	1	8	\N	\N	\N	-2	0	2026-01-01 00:00:00
3	13	1	8	\N	\N	\N	3.75	0	2026-01-01 00:00:00
4	11	1	5	\N	\N	\N	10	0	2026-01-01 00:00:00
5	12	1	14	\N	\N	\N	-3	0	2026-01-01 00:00:00
6	11	1	8	31	\N	\N	6	0	2026-01-05 00:00:00
7	11	1	9	\N	\N	\N	5	0	2026-01-01 00:00:00
8	99	1	8	\N	\N	\N	1	0	2026-01-01 00:00:00
\.


--
-- Data for Name: uom_uom; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.uom_uom (id, category_id, name, factor, rounding, uom_type, active) FROM stdin;
1	1	{"en_US": "Units", "zh_CN": "件"}	1.0	0.01	reference	t
2	1	{"en_US": "Dozens"}	0.08333333333333333	0.01	bigger	t
3	2	{"en_US": "kg"}	1.0	0.01	reference	t
\.


--
-- PostgreSQL database dump complete
--
