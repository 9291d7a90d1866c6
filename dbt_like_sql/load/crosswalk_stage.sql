-- Temporary tables of one assignment: the source records, and their identities one per row, strongest first (`place`).
CREATE TEMP TABLE incoming (
    position bigint NOT NULL,
    source_key text COLLATE "C" NOT NULL,
    code_hint text COLLATE "C" NOT NULL,
    code_digits bigint NOT NULL,
    updated_at timestamp,
    fields jsonb NOT NULL,
    erp_key text COLLATE "C",
    is_owner boolean
) ON COMMIT DROP;
CREATE TEMP TABLE incoming_identity (
    position bigint NOT NULL,
    place bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE resolved (position bigint NOT NULL, erp_key text COLLATE "C" NOT NULL, is_owner boolean NOT NULL) ON COMMIT DROP
