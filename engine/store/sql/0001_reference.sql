-- What every case shares and every process keeps in memory: one stamp tells when it is old.
INSERT INTO reference_stamp (stamp) VALUES (1);

CREATE FUNCTION cx_touch_reference() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE reference_stamp SET stamp = stamp + 1;
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['unit', 'department', 'person', 'position', 'substitute', 'role_grant', 'absence',
        'recusal_declaration', 'calendar_day', 'calendar_year', 'param'] LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION cx_touch_reference()', name || '_reference', name);
    END LOOP;
END $$;
