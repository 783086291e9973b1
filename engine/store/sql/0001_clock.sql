-- Functions that run many times in a statement name their schemas instead of pinning search_path, which costs per call.

-- The business clock: one row says how business time follows from wall time; without a row it is the real time.
CREATE FUNCTION cx_now() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    clock public.business_clock;
BEGIN
    SELECT * INTO clock FROM public.business_clock;
    IF clock.mode IS NULL OR clock.mode = 'real' THEN
        RETURN now();
    ELSIF clock.ticking THEN
        RETURN clock.business_at + (now() - clock.wall_at);
    END IF;
    RETURN clock.business_at;
END $$;

INSERT INTO business_clock (mode) VALUES ('real');
