-- The ERP's interface tables. `migration_pipeline/contracts/erp.py` says the same as data; a test compares the two.
-- Every statement may run again on a database that has the tables already.

CREATE TABLE IF NOT EXISTS company (
    company_code text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (company_code)
);

CREATE TABLE IF NOT EXISTS store (
    store_code text NOT NULL,
    company_code text NOT NULL REFERENCES company,
    name text NOT NULL,
    PRIMARY KEY (store_code)
);

CREATE TABLE IF NOT EXISTS warehouse (
    store_code text NOT NULL REFERENCES store,
    warehouse_code text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (store_code, warehouse_code)
);

CREATE TABLE IF NOT EXISTS unit (
    unit_code text NOT NULL,
    PRIMARY KEY (unit_code)
);

CREATE TABLE IF NOT EXISTS supplier (
    supplier_code text NOT NULL,
    name text NOT NULL,
    contact text,
    phone text,
    address text,
    province text,
    city text,
    district text,
    street text,
    division_code text,
    tax_id text,
    PRIMARY KEY (supplier_code)
);

ALTER TABLE supplier
    ADD COLUMN IF NOT EXISTS province text,
    ADD COLUMN IF NOT EXISTS city text,
    ADD COLUMN IF NOT EXISTS district text,
    ADD COLUMN IF NOT EXISTS street text,
    ADD COLUMN IF NOT EXISTS division_code text;

CREATE TABLE IF NOT EXISTS supplier_balance (
    supplier_code text NOT NULL REFERENCES supplier,
    store_code text NOT NULL REFERENCES store,
    balance numeric(18, 2) NOT NULL,
    PRIMARY KEY (supplier_code, store_code)
);

CREATE TABLE IF NOT EXISTS item (
    item_code text NOT NULL,
    name text NOT NULL,
    category text,
    brand text,
    spec text,
    unit_code text NOT NULL REFERENCES unit,
    weighed boolean NOT NULL,
    kind text NOT NULL CHECK (kind IN ('goods', 'service', 'voucher')),
    status text NOT NULL CHECK (status IN ('active', 'inactive')),
    tax_rate numeric(5, 2),
    supplier_code text REFERENCES supplier,
    PRIMARY KEY (item_code)
);

CREATE TABLE IF NOT EXISTS item_barcode (
    barcode text NOT NULL,
    item_code text NOT NULL REFERENCES item,
    PRIMARY KEY (barcode)
);

CREATE TABLE IF NOT EXISTS item_price (
    store_code text NOT NULL REFERENCES store,
    item_code text NOT NULL REFERENCES item,
    sell_price numeric(18, 4),
    cost_price numeric(18, 4),
    member_price numeric(18, 4),
    PRIMARY KEY (store_code, item_code)
);

CREATE TABLE IF NOT EXISTS item_pack (
    store_code text NOT NULL REFERENCES store,
    item_code text NOT NULL REFERENCES item,
    unit_code text NOT NULL REFERENCES unit,
    ratio numeric(18, 6) NOT NULL,
    barcode text,
    sell_price numeric(18, 4),
    PRIMARY KEY (store_code, item_code, unit_code)
);

CREATE TABLE IF NOT EXISTS coupon_item (
    coupon_code text NOT NULL,
    product_code text NOT NULL,
    campaign text NOT NULL,
    item_code text REFERENCES item,
    PRIMARY KEY (coupon_code, product_code, campaign)
);

CREATE TABLE IF NOT EXISTS member (
    member_code text NOT NULL,
    name text,
    phone text,
    email text,
    gender text NOT NULL CHECK (gender IN ('female', 'male', 'unknown')),
    birthday date,
    address text,
    province text,
    city text,
    district text,
    street text,
    division_code text,
    tier text,
    opened_on date,
    status text NOT NULL CHECK (status IN ('active', 'inactive', 'lost')),
    PRIMARY KEY (member_code)
);

ALTER TABLE member
    ADD COLUMN IF NOT EXISTS province text,
    ADD COLUMN IF NOT EXISTS city text,
    ADD COLUMN IF NOT EXISTS district text,
    ADD COLUMN IF NOT EXISTS street text,
    ADD COLUMN IF NOT EXISTS division_code text;

CREATE TABLE IF NOT EXISTS member_card (
    store_code text NOT NULL REFERENCES store,
    card_no text NOT NULL,
    member_code text NOT NULL REFERENCES member,
    PRIMARY KEY (store_code, card_no)
);

CREATE TABLE IF NOT EXISTS member_balance (
    member_code text NOT NULL REFERENCES member,
    store_code text NOT NULL REFERENCES store,
    points numeric(18, 2) NOT NULL,
    stored_principal numeric(18, 2) NOT NULL,
    stored_bonus numeric(18, 2) NOT NULL,
    PRIMARY KEY (member_code, store_code)
);

CREATE TABLE IF NOT EXISTS opening_stock (
    store_code text NOT NULL,
    warehouse_code text NOT NULL,
    item_code text NOT NULL REFERENCES item,
    quantity numeric(18, 3) NOT NULL,
    unit_cost numeric(18, 4) NOT NULL,
    value numeric(18, 2) NOT NULL,
    PRIMARY KEY (store_code, warehouse_code, item_code),
    FOREIGN KEY (store_code, warehouse_code) REFERENCES warehouse
);

CREATE TABLE IF NOT EXISTS ticket (
    store_code text NOT NULL REFERENCES store,
    ticket_no text NOT NULL,
    sold_at timestamp NOT NULL,
    business_date date,
    terminal text,
    cashier text,
    member_code text REFERENCES member,
    kind text NOT NULL CHECK (kind IN ('sale', 'return')),
    original_ticket_no text,
    total numeric(18, 2) NOT NULL,
    rounding numeric(18, 2) NOT NULL,
    PRIMARY KEY (store_code, ticket_no)
);

ALTER TABLE ticket ADD COLUMN IF NOT EXISTS business_date date;

CREATE TABLE IF NOT EXISTS ticket_line (
    store_code text NOT NULL,
    ticket_no text NOT NULL,
    line_no integer NOT NULL,
    item_code text NOT NULL REFERENCES item,
    quantity numeric(18, 3) NOT NULL,
    unit_price numeric(18, 4),
    amount numeric(18, 2) NOT NULL,
    discount numeric(18, 2) NOT NULL,
    coupon_discount numeric(18, 2) NOT NULL,
    partner_discount numeric(18, 2) NOT NULL,
    tax_rate numeric(5, 2),
    net_amount numeric(18, 2),
    tax_amount numeric(18, 2),
    PRIMARY KEY (store_code, ticket_no, line_no),
    FOREIGN KEY (store_code, ticket_no) REFERENCES ticket
);

ALTER TABLE ticket_line
    ADD COLUMN IF NOT EXISTS tax_rate numeric(5, 2),
    ADD COLUMN IF NOT EXISTS net_amount numeric(18, 2),
    ADD COLUMN IF NOT EXISTS tax_amount numeric(18, 2);

CREATE TABLE IF NOT EXISTS payment (
    store_code text NOT NULL,
    ticket_no text NOT NULL,
    payment_no integer NOT NULL,
    method text NOT NULL CHECK (method IN ('cash', 'card', 'wechat', 'alipay', 'unionpay', 'stored_value', 'points', 'voucher', 'on_account')),
    amount numeric(18, 2) NOT NULL,
    PRIMARY KEY (store_code, ticket_no, payment_no),
    FOREIGN KEY (store_code, ticket_no) REFERENCES ticket
);

