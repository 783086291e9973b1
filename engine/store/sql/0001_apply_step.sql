-- apply_step: everything that one step writes about one instance, in one call (engine/store/record.py, StepRecord).
--
-- p_rev is the revision that the step was computed from, 0 for a new instance; SQLSTATE CX409 where it has moved on.
-- Keys that are absent from p cost nothing. Returns the people whose inbox changed.
-- Left to itself the server plans the statements with arrays anew at each call, which takes as long as running them.
-- The caller's rights and the caller's eyes: row-level security binds it too.
CREATE FUNCTION apply_step(p_id uuid, p_rev integer, p_state bytea, p jsonb) RETURNS text[]
LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_at timestamptz := (p ->> 'at')::timestamptz;
    v_actor text := p ->> 'actor';
    c jsonb := coalesce(p -> 'changes', '{}');
    v_unit text;
    v_issuer text;
    v_sealed boolean;
    v_tokens bigint[];
    v_ids uuid[];
    v_people text[] := '{}';
    v_more text[];
    v_old user_task;
    v_new user_task;
    x jsonb;
BEGIN
    IF p ? 'parties' THEN
        INSERT INTO instance_party (instance_id, person_id, since)
        SELECT p_id, e, v_at FROM jsonb_array_elements_text(p -> 'parties') e ON CONFLICT DO NOTHING;
    END IF;

    IF p_rev = 0 THEN
        INSERT INTO instance (
            id, rev, state, definition_id, key, seed, variables, parent_instance, parent_task, status,
            business_key, business_no, title, case_state, unit, issuer_unit, severity, limit_at, marks, sealed,
            started_by, started_at, updated_at, delivered_at, suspended_at, ended_at, end_node,
            history_seq, history_head)
        SELECT p_id, 1, p_state, n.definition_id, n.key, n.seed, coalesce(p -> 'variables', '{}'),
            n.parent_instance, n.parent_task, coalesce(n.status, 'running'),
            n.business_key, n.business_no, coalesce(n.title, ''), coalesce(n.case_state, ''), n.unit, n.issuer_unit,
            n.severity, n.limit_at, coalesce(n.marks, '{}'), coalesce(n.sealed, false),
            v_actor, v_at, v_at, n.delivered_at, n.suspended_at, n.ended_at, n.end_node,
            (p ->> 'history_seq')::integer, decode(p ->> 'history_head', 'base64')
        FROM jsonb_populate_record(NULL::instance, (p -> 'new') || c) n;
        v_unit := c ->> 'unit';
        v_issuer := c ->> 'issuer_unit';
        v_sealed := coalesce((c ->> 'sealed')::boolean, false);
    ELSIF c = '{}' THEN
        UPDATE instance SET
            rev = rev + 1, state = coalesce(p_state, state), variables = coalesce(p -> 'variables', variables),
            updated_at = v_at, history_seq = (p ->> 'history_seq')::integer,
            history_head = decode(p ->> 'history_head', 'base64')
        WHERE id = p_id AND rev = p_rev RETURNING unit, issuer_unit, sealed INTO v_unit, v_issuer, v_sealed;
    ELSE
        UPDATE instance SET
            rev = rev + 1, state = coalesce(p_state, state), variables = coalesce(p -> 'variables', variables),
            updated_at = v_at, history_seq = (p ->> 'history_seq')::integer,
            history_head = decode(p ->> 'history_head', 'base64'),
            status = CASE WHEN c ? 'status' THEN c ->> 'status' ELSE status END,
            business_key = CASE WHEN c ? 'business_key' THEN c ->> 'business_key' ELSE business_key END,
            business_no = CASE WHEN c ? 'business_no' THEN c ->> 'business_no' ELSE business_no END,
            title = CASE WHEN c ? 'title' THEN c ->> 'title' ELSE title END,
            case_state = CASE WHEN c ? 'case_state' THEN c ->> 'case_state' ELSE case_state END,
            unit = CASE WHEN c ? 'unit' THEN c ->> 'unit' ELSE unit END,
            issuer_unit = CASE WHEN c ? 'issuer_unit' THEN c ->> 'issuer_unit' ELSE issuer_unit END,
            severity = CASE WHEN c ? 'severity' THEN c ->> 'severity' ELSE severity END,
            limit_at = CASE WHEN c ? 'limit_at' THEN (c ->> 'limit_at')::timestamptz ELSE limit_at END,
            marks = CASE WHEN c ? 'marks' THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'marks')) ELSE marks END,
            sealed = CASE WHEN c ? 'sealed' THEN (c ->> 'sealed')::boolean ELSE sealed END,
            delivered_at = CASE WHEN c ? 'delivered_at' THEN (c ->> 'delivered_at')::timestamptz ELSE delivered_at END,
            suspended_at = CASE WHEN c ? 'suspended_at' THEN (c ->> 'suspended_at')::timestamptz ELSE suspended_at END,
            ended_at = CASE WHEN c ? 'ended_at' THEN (c ->> 'ended_at')::timestamptz ELSE ended_at END,
            end_node = CASE WHEN c ? 'end_node' THEN c ->> 'end_node' ELSE end_node END,
            definition_id = CASE WHEN c ? 'definition_id' THEN (c ->> 'definition_id')::uuid ELSE definition_id END
        WHERE id = p_id AND rev = p_rev RETURNING unit, issuer_unit, sealed INTO v_unit, v_issuer, v_sealed;
    END IF;
    IF p_rev <> 0 AND NOT FOUND THEN
        RAISE EXCEPTION 'instance % is no longer at revision %', p_id, p_rev USING ERRCODE = 'CX409';
    END IF;

    IF p ? 'closed' THEN
        WITH done AS (
            UPDATE user_task t SET state = e.state, done_at = v_at, done_by = e.by, outcome = e.outcome
            FROM jsonb_to_recordset(p -> 'closed') AS e(token bigint, state text, by text, outcome text)
            WHERE t.instance_id = p_id AND t.token = e.token
                AND t.state IN ('offered', 'assigned', 'started', 'suspended')
            RETURNING t.id, t.assignee),
        freed AS (
            DELETE FROM task_candidate k USING done WHERE k.task_id = done.id RETURNING k.person_id)
        SELECT array_agg(DISTINCT id), array_agg(DISTINCT assignee) || (SELECT array_agg(person_id) FROM freed)
        INTO v_ids, v_more FROM done;
        v_people := v_people || v_more;
        v_tokens := ARRAY(SELECT (e ->> 'token')::bigint FROM jsonb_array_elements(p -> 'closed') e);
        WITH forgotten AS (DELETE FROM subscription WHERE instance_id = p_id AND token = ANY (v_tokens))
        DELETE FROM timer WHERE instance_id = p_id AND token = ANY (v_tokens);
        IF v_ids IS NOT NULL THEN
            DELETE FROM timer WHERE task_id = ANY (v_ids);
            DELETE FROM draft WHERE task_id = ANY (v_ids);
        END IF;
    END IF;
    IF p ? 'disarmed' THEN
        DELETE FROM timer WHERE instance_id = p_id
            AND id = ANY (ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(p -> 'disarmed') e));
    END IF;
    IF p ? 'moved' THEN
        UPDATE timer t SET due_at = e.due_at, held_at = e.held_at
        FROM jsonb_to_recordset(p -> 'moved') AS e(id bigint, due_at timestamptz, held_at timestamptz)
        WHERE t.id = e.id AND t.instance_id = p_id;
    END IF;
    IF c ->> 'status' IN ('completed', 'terminated') THEN
        DELETE FROM timer WHERE instance_id = p_id;
        DELETE FROM subscription WHERE instance_id = p_id;
    END IF;

    IF p ? 'opened' THEN
        INSERT INTO user_task (
            id, instance_id, token, node_id, name, name_en, mechanism, form_key, form_version_id, unit, lane, state,
            assignee, on_behalf_of, element, created_at, due_on, due_at, deadline, ladder_profile, protected,
            case_unit, case_issuer_unit, case_sealed)
        SELECT e.id, p_id, e.token, e.node_id, e.name, e.name_en, e.mechanism, e.form_key, e.form_version_id, e.unit,
            e.lane, e.state, e.assignee, e.on_behalf_of, e.element, v_at, e.due_on, e.due_at, e.deadline,
            e.ladder_profile, e.protected, v_unit, v_issuer, v_sealed
        FROM jsonb_to_recordset(p -> 'opened') AS e(
            id uuid, token bigint, node_id text, name text, name_en text, mechanism text, form_key text,
            form_version_id uuid, unit text, lane text, state text, assignee text, on_behalf_of text, element jsonb,
            due_on date, due_at timestamptz, deadline jsonb, ladder_profile text, protected boolean);
    END IF;
    IF p ? 'changed' THEN
        FOR x IN SELECT e FROM jsonb_array_elements(p -> 'changed') e LOOP
            SELECT * INTO v_old FROM user_task WHERE id = (x ->> 'id')::uuid AND instance_id = p_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'no user task % in instance %', x ->> 'id', p_id USING ERRCODE = 'CX404';
            END IF;
            v_new := jsonb_populate_record(v_old, x -> 'changes');
            UPDATE user_task SET
                state = v_new.state, name = v_new.name, assignee = v_new.assignee, unit = v_new.unit,
                on_behalf_of = v_new.on_behalf_of, claimed_at = v_new.claimed_at, opened_at = v_new.opened_at,
                due_on = v_new.due_on, due_at = v_new.due_at, deadline = v_new.deadline,
                ladder_level = v_new.ladder_level
            WHERE id = v_old.id;
            v_people := v_people || v_old.assignee || v_new.assignee;
            IF x ? 'candidates' THEN
                WITH freed AS (DELETE FROM task_candidate WHERE task_id = v_old.id RETURNING person_id)
                SELECT array_agg(person_id) INTO v_more FROM freed;
                v_people := v_people || v_more;
            END IF;
        END LOOP;
    END IF;
    IF p ? 'candidates' THEN
        INSERT INTO task_candidate (person_id, task_id)
        SELECT e ->> 0, (e ->> 1)::uuid FROM jsonb_array_elements(p -> 'candidates') e;
    END IF;

    IF p ? 'history' THEN
        WITH e AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(p -> 'history') AS e(
                seq integer, event text, node_id text, node_type text, actor text, task_id uuid, digest text,
                hash text, salt text, body text)),
        rows AS (
            INSERT INTO history (instance_id, seq, at, event, node_id, node_type, actor, task_id, digest, hash)
            SELECT p_id, e.seq, v_at, e.event, e.node_id, e.node_type, e.actor, e.task_id,
                decode(e.digest, 'base64'), decode(e.hash, 'base64') FROM e)
        INSERT INTO history_body (instance_id, seq, salt, body)
        SELECT p_id, e.seq, decode(e.salt, 'base64'), e.body FROM e;
    END IF;
    IF p ? 'timers' THEN
        INSERT INTO timer (instance_id, kind, token, task_id, node_id, due_at, rule, payload)
        SELECT p_id, e.kind, e.token, e.task_id, e.node_id, e.due_at, e.rule, e.payload
        FROM jsonb_to_recordset(p -> 'timers') AS e(
            kind text, token bigint, task_id uuid, node_id text, due_at timestamptz, rule jsonb, payload jsonb);
    END IF;
    IF p ? 'subscriptions' THEN
        INSERT INTO subscription (instance_id, token, kind, name, correlation_key, node_id, since)
        SELECT p_id, e.token, e.kind, e.name, e.correlation_key, e.node_id, v_at
        FROM jsonb_to_recordset(p -> 'subscriptions') AS e(
            token bigint, kind text, name text, correlation_key text, node_id text)
        ON CONFLICT (instance_id, token, kind, name) DO UPDATE SET correlation_key = excluded.correlation_key;
    END IF;
    IF p ? 'submissions' THEN
        INSERT INTO submission (id, instance_id, task_id, node_id, form_key, form_version_id, "values", digest,
            person_id, on_behalf_of, submitted_at)
        SELECT e.id, p_id, e.task_id, e.node_id, e.form_key, e.form_version_id, e."values",
            decode(e.digest, 'base64'), e.person_id, e.on_behalf_of, v_at
        FROM jsonb_to_recordset(p -> 'submissions') AS e(
            id uuid, task_id uuid, node_id text, form_key text, form_version_id uuid, "values" jsonb, digest text,
            person_id text, on_behalf_of text);
    END IF;
    IF p ? 'attachments' THEN
        UPDATE attachment SET instance_id = p_id WHERE instance_id IS NULL
            AND id = ANY (ARRAY(SELECT e::uuid FROM jsonb_array_elements_text(p -> 'attachments') e));
    END IF;
    IF p ? 'deadlines' THEN
        INSERT INTO deadline_entry (id, instance_id, task_id, kind, rule, due_on, due_at, previous_due_on,
            explanation, reason, at, actor)
        SELECT e.id, p_id, e.task_id, e.kind, e.rule, e.due_on, e.due_at, e.previous_due_on, e.explanation, e.reason,
            v_at, e.actor
        FROM jsonb_to_recordset(p -> 'deadlines') AS e(
            id uuid, task_id uuid, kind text, rule text, due_on date, due_at timestamptz, previous_due_on date,
            explanation jsonb, reason text, actor text);
    END IF;
    IF p ? 'notices' THEN
        INSERT INTO notice (id, person_id, kind, instance_id, task_id, facts, at)
        SELECT e.id, e.person_id, e.kind, p_id, e.task_id, e.facts, v_at
        FROM jsonb_to_recordset(p -> 'notices') AS e(id uuid, person_id text, kind text, task_id uuid, facts jsonb);
    END IF;
    IF p ? 'cards' THEN
        INSERT INTO card (no, level, state, unit, issuer_unit, instance_id, case_id, task_id, title, grounds,
            issued_on, issued_at, effective_on, answer_due_on)
        SELECT e.no, e.level, 'issued', e.unit, e.issuer_unit, p_id, e.case_id, e.task_id, e.title, e.grounds,
            e.issued_on, v_at, e.effective_on, e.answer_due_on
        FROM jsonb_to_recordset(p -> 'cards') AS e(
            no text, level smallint, unit text, issuer_unit text, case_id uuid, task_id uuid, title text,
            grounds jsonb, issued_on date, effective_on date, answer_due_on date);
    END IF;
    RETURN array_remove(v_people, NULL);
END $$;
