-- Who sees which case: row-level security as a net under the same rule in the queries (visibility.py).
--
-- The rule is written out in each policy, because a function with a sub-select is not inlined. The units are asked in a
-- sub-select without a reference to the row, so once per statement at most; the party test comes before them, being the
-- cheaper one for the row that a step writes. current_setting is read directly for the same reason: cx_actor(), which
-- fails where nobody asks, is reached by everybody who is not let in earlier.

CREATE FUNCTION cx_actor() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    -- Once set locally in a session, the setting reads as an empty string afterwards, not as missing.
    actor text := coalesce(pg_catalog.current_setting('cx.actor', true), '');
BEGIN
    IF actor = '' THEN
        RAISE EXCEPTION 'cx.actor is not set: nobody is asking' USING ERRCODE = 'CX403';
    END IF;
    RETURN actor;
END $$;

-- Units whose unsealed cases this person may see today: the subtree of a leader or inspector, an officer's own unit.
CREATE FUNCTION cx_units_of(actor text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    today date := (public.cx_now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    RETURN ARRAY(
        SELECT c.descendant
        FROM public.role_grant g JOIN public.unit_closure c ON c.ancestor = g.unit
        WHERE g.person_id = actor AND g.role IN ('unit_leader', 'inspector')
            AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)
        UNION
        SELECT g.unit
        FROM public.role_grant g
        WHERE g.person_id = actor AND g.role = 'officer'
            AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)
    );
END $$;

ALTER TABLE instance ENABLE ROW LEVEL SECURITY;
ALTER TABLE instance FORCE ROW LEVEL SECURITY;
CREATE POLICY instance_read ON instance FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (
        SELECT FROM instance_party p
        WHERE p.instance_id = instance.id AND p.person_id = current_setting('cx.actor', true))
    OR (ARRAY[unit, issuer_unit] && (SELECT cx_units_of(cx_actor()))::text[] AND NOT sealed)
);
CREATE POLICY instance_add ON instance FOR INSERT WITH CHECK (cx_actor() <> '');
-- PostgreSQL tests the read policy as well, on the old row and on the new one.
CREATE POLICY instance_change ON instance FOR UPDATE USING (true) WITH CHECK (true);
CREATE POLICY instance_remove ON instance FOR DELETE USING (current_setting('cx.actor', true) = 'system');

ALTER TABLE user_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_task FORCE ROW LEVEL SECURITY;
CREATE POLICY user_task_read ON user_task FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR assignee = current_setting('cx.actor', true)
    OR EXISTS (
        SELECT FROM instance_party p
        WHERE p.instance_id = user_task.instance_id AND p.person_id = current_setting('cx.actor', true))
    OR (ARRAY[case_unit, case_issuer_unit] && (SELECT cx_units_of(cx_actor()))::text[] AND NOT case_sealed)
);
CREATE POLICY user_task_add ON user_task FOR INSERT WITH CHECK (cx_actor() <> '');
CREATE POLICY user_task_change ON user_task FOR UPDATE USING (true) WITH CHECK (true);
CREATE POLICY user_task_remove ON user_task FOR DELETE USING (current_setting('cx.actor', true) = 'system');

-- What hangs on a case is seen by those who see the case: the sub-select on instance is itself under its policy.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['submission', 'history', 'history_body', 'deadline_entry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$CREATE POLICY %1$s_read ON %1$I FOR SELECT USING (
            current_setting('cx.actor', true) = 'system'
            OR EXISTS (SELECT FROM instance i WHERE i.id = %1$I.instance_id))$policy$, name);
        EXECUTE format('CREATE POLICY %1$s_add ON %1$I FOR INSERT WITH CHECK (cx_actor() <> '''')', name);
        EXECUTE format($policy$CREATE POLICY %1$s_remove ON %1$I FOR DELETE
            USING (current_setting('cx.actor', true) = 'system')$policy$, name);
    END LOOP;
END $$;

-- An upload belongs to its uploader until a submission names it.
ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment FORCE ROW LEVEL SECURITY;
CREATE POLICY attachment_read ON attachment FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR (instance_id IS NULL AND uploaded_by = (SELECT cx_actor()))
    OR EXISTS (SELECT FROM instance i WHERE i.id = attachment.instance_id)
);
CREATE POLICY attachment_add ON attachment FOR INSERT WITH CHECK (cx_actor() <> '');
CREATE POLICY attachment_change ON attachment FOR UPDATE USING (true) WITH CHECK (true);
CREATE POLICY attachment_remove ON attachment FOR DELETE USING (
    current_setting('cx.actor', true) = 'system' OR (instance_id IS NULL AND uploaded_by = (SELECT cx_actor())));

ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE draft FORCE ROW LEVEL SECURITY;
CREATE POLICY draft_own ON draft USING (
    current_setting('cx.actor', true) = 'system' OR person_id = (SELECT cx_actor()));

-- user_task carries the columns that decide who sees it. Definer's rights, which pass row security: the change must
-- reach every task of the case, also those that the person who made it does not see.
CREATE FUNCTION cx_copy_visibility() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE user_task SET case_unit = NEW.unit, case_issuer_unit = NEW.issuer_unit, case_sealed = NEW.sealed
    WHERE instance_id = NEW.id;
    UPDATE incident SET sealed = NEW.sealed WHERE instance_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER instance_visibility AFTER UPDATE OF unit, issuer_unit, sealed ON instance
FOR EACH ROW WHEN ((OLD.unit, OLD.issuer_unit, OLD.sealed) IS DISTINCT FROM (NEW.unit, NEW.issuer_unit, NEW.sealed))
EXECUTE FUNCTION cx_copy_visibility();
