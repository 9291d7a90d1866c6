-- The rows of one book with the groups they belong to.
CREATE OR REPLACE TEMP TABLE {name} AS
SELECT b.*, {groups}
FROM {book} AS b
{joins}
