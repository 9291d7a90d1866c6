-- The day of each ticket number; where its headers say several, nobody can tell which counts.
CREATE OR REPLACE TEMP TABLE ticket_days AS
SELECT k_ticket AS ticket, CASE WHEN count(DISTINCT coalesce(k_day, '-')) = 1 THEN min(coalesce(k_day, '-')) ELSE '?' END AS day
FROM {tickets}
WHERE k_ticket IS NOT NULL
GROUP BY k_ticket
