-- Functions that run many times in a statement name their schemas instead of pinning search_path, which costs per call.

-- The business clock: one row says how business time follows from wall time, which here is the start of the transaction.
CREATE VIEW business_time AS
SELECT CASE
    WHEN mode = 'real' THEN now()
    WHEN ticking THEN business_at + (now() - wall_at)
    ELSE business_at
END AS at
FROM business_clock;

CREATE FUNCTION cx_now() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT at FROM public.business_time);
END $$;

INSERT INTO business_clock (mode) VALUES ('real');
