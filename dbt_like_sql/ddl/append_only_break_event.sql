-- What happened to a break is history: nobody changes or deletes it.
CREATE FUNCTION break_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'break_event is append-only';
END
$$;
CREATE TRIGGER break_event_append_only BEFORE UPDATE OR DELETE ON break_event FOR EACH ROW EXECUTE FUNCTION break_event_is_append_only()
