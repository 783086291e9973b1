-- History and access log are append-only. Statement-level and ALWAYS: a row-level trigger lets an UPDATE of no rows
-- pass, and an ordinary one is skipped under session_replication_role = replica.

CREATE FUNCTION cx_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CX001';
END $$;

CREATE FUNCTION cx_refuse_erasing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('cx.erasing', true), '') = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is erased by cx_erase() only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'CX001';
END $$;

CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history
FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_change();
ALTER TABLE history ENABLE ALWAYS TRIGGER history_append_only;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_change();
ALTER TABLE access_log ENABLE ALWAYS TRIGGER access_log_append_only;
CREATE TRIGGER history_body_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_body
FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_erasing();
ALTER TABLE history_body ENABLE ALWAYS TRIGGER history_body_append_only;
CREATE TRIGGER access_log_body_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log_body
FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_erasing();
ALTER TABLE access_log_body ENABLE ALWAYS TRIGGER access_log_body_append_only;

-- 16 chains for facts without an instance, so that logins and reads do not queue behind one row.
INSERT INTO access_head (shard, seq, head) SELECT s, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 15) s;

-- The same bytes as engine/store/chain.py link().
CREATE FUNCTION cx_link(
    prev bytea, chain text, seq bigint, at timestamptz,
    event text, node_id text, node_type text, actor text, subject text, digest bytea
) RETURNS bytea LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(prev || convert_to(concat_ws(E'\x1f', chain, seq::text,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event, node_id, node_type, actor, subject), 'UTF8') || digest)
$$;

-- Deletes the bodies of these events and appends `erased`, which names them: without it the verifier reports them.
-- Definer's rights, callable by cx_retention alone: nobody has DELETE on the bodies. Returns how many were erased.
CREATE FUNCTION cx_erase(p_instance uuid, p_seqs integer[], p_reason text, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_at timestamptz := cx_now();
    v_seq integer;
    v_head bytea;
    v_salt bytea := decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
    v_erased integer[];
    v_body text;
    v_digest bytea;
BEGIN
    SELECT history_seq, history_head INTO v_seq, v_head FROM instance WHERE id = p_instance FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no instance %', p_instance USING ERRCODE = 'CX404';
    END IF;
    PERFORM set_config('cx.erasing', 'on', true);
    WITH gone AS (
        DELETE FROM history_body b USING history h
        WHERE b.instance_id = p_instance AND b.seq = ANY (p_seqs)
            AND h.instance_id = b.instance_id AND h.seq = b.seq AND h.event <> 'erased'
        RETURNING b.seq)
    SELECT array_agg(seq ORDER BY seq) INTO v_erased FROM gone;
    PERFORM set_config('cx.erasing', 'off', true);
    IF v_erased IS NULL THEN
        RETURN 0;
    END IF;
    v_body := json_build_object('erased', v_erased, 'reason', p_reason)::text;
    v_digest := sha256(v_salt || convert_to(v_body, 'UTF8'));
    v_seq := v_seq + 1;
    v_head := cx_link(v_head, p_instance::text, v_seq, v_at, 'erased', '', '', p_actor, '', v_digest);
    INSERT INTO history (instance_id, seq, at, event, actor, digest, hash)
        VALUES (p_instance, v_seq, v_at, 'erased', p_actor, v_digest, v_head);
    INSERT INTO history_body (instance_id, seq, salt, body) VALUES (p_instance, v_seq, v_salt, v_body);
    UPDATE instance SET history_seq = v_seq, history_head = v_head WHERE id = p_instance;
    RETURN cardinality(v_erased);
END $$;
