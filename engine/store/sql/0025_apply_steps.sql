-- apply_steps: everything that the steps of some instances write, in one call (engine/store/record.py, StepRecord).
--
-- One statement for each table, however many steps there are: a sweep over a hundred cases costs a third of a hundred
-- calls. Each instance appears once at most. Keys that are absent from p cost nothing; every row names its instance.
-- `new`, `moved_on` and `altered` hold what changes in the instances themselves: rev is the revision from which the
-- step was computed; without `state` (in base64, all else that is binary in hex) the engine's state stays as it is.
-- SQLSTATE CX409 where an instance is no longer at its revision; then nothing of the call is written.
-- Returns the people whose inbox changed, besides those who are given work.
-- Left to itself the server plans the statements with arrays anew at each call, which takes as long as running them.
-- The caller's rights and the caller's eyes: row-level security binds it too.
CREATE FUNCTION apply_steps(p jsonb) RETURNS text[]
LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_at timestamptz := (p ->> 'at')::timestamptz;
    v_ids uuid[];
    v_people text[] := '{}';
    v_more text[];
    v_done integer;
    v_asked integer;
BEGIN
    IF p ? 'parties' THEN
        INSERT INTO instance_party (instance_id, person_id, since)
        SELECT e.instance_id, unnest(e.people), v_at
        FROM jsonb_to_recordset(p -> 'parties') AS e(instance_id uuid, people text[]) ON CONFLICT DO NOTHING;
    END IF;

    IF p ? 'new' THEN
        INSERT INTO instance (
            id, rev, state, definition_id, key, seed, variables, parent_instance, parent_task, status,
            business_key, business_no, title, case_state, unit, issuer_unit, severity, limit_at, marks, sealed,
            started_by, started_at, updated_at, delivered_at, suspended_at, ended_at, end_node,
            history_seq, history_head)
        SELECT e.id, 1, decode(e.state, 'base64'), c.definition_id, c.key, c.seed, coalesce(e.variables, '{}'),
            c.parent_instance, c.parent_task, coalesce(c.status, 'running'),
            c.business_key, c.business_no, coalesce(c.title, ''), coalesce(c.case_state, ''), c.unit, c.issuer_unit,
            c.severity, c.limit_at, coalesce(c.marks, '{}'), coalesce(c.sealed, false),
            e.actor, v_at, v_at, c.delivered_at, c.suspended_at, c.ended_at, c.end_node,
            e.history_seq, decode(e.history_head, 'hex')
        FROM jsonb_to_recordset(p -> 'new') AS e(
            id uuid, state text, actor text, history_seq integer, history_head text, variables jsonb, columns jsonb),
            jsonb_populate_record(NULL::instance, e.columns) c;
    END IF;
    IF p ? 'moved_on' THEN
        UPDATE instance i SET
            rev = i.rev + 1, state = coalesce(decode(e.state, 'base64'), i.state),
            variables = coalesce(e.variables, i.variables), updated_at = v_at,
            history_seq = e.history_seq, history_head = decode(e.history_head, 'hex')
        FROM jsonb_to_recordset(p -> 'moved_on') AS e(
            id uuid, rev integer, state text, history_seq integer, history_head text, variables jsonb)
        WHERE i.id = e.id AND i.rev = e.rev;
        GET DIAGNOSTICS v_done = ROW_COUNT;
        v_asked := jsonb_array_length(p -> 'moved_on');
        IF v_done <> v_asked THEN
            RAISE EXCEPTION '% of % instances are at another revision', v_asked - v_done, v_asked
                USING ERRCODE = 'CX409';
        END IF;
    END IF;
    IF p ? 'altered' THEN
        UPDATE instance i SET
            rev = i.rev + 1, state = coalesce(decode(e.state, 'base64'), i.state),
            variables = coalesce(e.variables, i.variables), updated_at = v_at,
            history_seq = e.history_seq, history_head = decode(e.history_head, 'hex'),
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
        FROM jsonb_to_recordset(p -> 'altered') AS e(
            id uuid, rev integer, state text, history_seq integer, history_head text, variables jsonb, c jsonb)
        WHERE i.id = e.id AND i.rev = e.rev;
        GET DIAGNOSTICS v_done = ROW_COUNT;
        v_asked := jsonb_array_length(p -> 'altered');
        IF v_done <> v_asked THEN
            RAISE EXCEPTION '% of % instances are at another revision', v_asked - v_done, v_asked
                USING ERRCODE = 'CX409';
        END IF;
    END IF;

    IF p ? 'closed' THEN
        WITH e AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(p -> 'closed') AS e(
                instance_id uuid, token bigint, state text, by text, taker text, outcome text)),
        done AS (
            UPDATE user_task t SET state = e.state, done_at = v_at, done_by = e.by, outcome = e.outcome,
                assignee = coalesce(t.assignee, e.taker)
            FROM e
            WHERE t.instance_id = e.instance_id AND t.token = e.token
                AND t.state IN ('offered', 'assigned', 'started', 'suspended')
            RETURNING t.id, t.assignee),
        freed AS (DELETE FROM task_candidate k USING done WHERE k.task_id = done.id RETURNING k.person_id),
        forgotten AS (DELETE FROM subscription s USING e WHERE s.instance_id = e.instance_id AND s.token = e.token),
        drawn AS (DELETE FROM timer t USING e WHERE t.instance_id = e.instance_id AND t.token = e.token)
        SELECT array_agg(DISTINCT id), array_agg(DISTINCT assignee) || (SELECT array_agg(person_id) FROM freed)
        INTO v_ids, v_more FROM done;
        v_people := v_people || v_more;
        IF v_ids IS NOT NULL THEN
            DELETE FROM timer WHERE task_id = ANY (v_ids);
            DELETE FROM draft WHERE task_id = ANY (v_ids);
        END IF;
    END IF;
    IF p ? 'disarmed' THEN
        DELETE FROM timer t USING jsonb_to_recordset(p -> 'disarmed') AS e(instance_id uuid, id bigint)
        WHERE t.id = e.id AND t.instance_id = e.instance_id;
    END IF;
    IF p ? 'moved' THEN
        UPDATE timer t SET due_at = e.due_at, held_at = e.held_at
        FROM jsonb_to_recordset(p -> 'moved') AS e(
            instance_id uuid, id bigint, due_at timestamptz, held_at timestamptz)
        WHERE t.id = e.id AND t.instance_id = e.instance_id;
    END IF;
    IF p ? 'ended' THEN
        v_ids := ARRAY(SELECT e.instance_id FROM jsonb_to_recordset(p -> 'ended') AS e(instance_id uuid));
        DELETE FROM timer WHERE instance_id = ANY (v_ids);
        DELETE FROM subscription WHERE instance_id = ANY (v_ids);
    END IF;

    IF p ? 'opened' THEN
        INSERT INTO user_task (
            id, instance_id, token, node_id, name, name_en, mechanism, form_key, form_version_id, unit, lane, state,
            assignee, on_behalf_of, element, created_at, due_on, due_at, deadline, ladder_profile, protected,
            case_unit, case_issuer_unit, case_sealed)
        SELECT e.id, e.instance_id, e.token, e.node_id, e.name, e.name_en, e.mechanism, e.form_key, e.form_version_id,
            e.unit, e.lane, e.state, e.assignee, e.on_behalf_of, e.element, v_at, e.due_on, e.due_at, e.deadline,
            e.ladder_profile, e.protected, e.case_unit, e.case_issuer_unit, e.case_sealed
        FROM jsonb_to_recordset(p -> 'opened') AS e(
            instance_id uuid, id uuid, token bigint, node_id text, name text, name_en text, mechanism text,
            form_key text, form_version_id uuid, unit text, lane text, state text, assignee text, on_behalf_of text,
            element jsonb, due_on date, due_at timestamptz, deadline jsonb, ladder_profile text, protected boolean,
            case_unit text, case_issuer_unit text, case_sealed boolean);
    END IF;
    IF p ? 'changed' THEN
        WITH e AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(p -> 'changed') AS e(
                instance_id uuid, id uuid, changes jsonb, offered boolean)),
        freed AS (
            DELETE FROM task_candidate k USING e JOIN user_task t ON t.id = e.id AND t.instance_id = e.instance_id
            WHERE e.offered AND k.task_id = t.id RETURNING k.person_id),
        given AS (
            UPDATE user_task t SET
                state = c.state, name = c.name, assignee = c.assignee, unit = c.unit, on_behalf_of = c.on_behalf_of,
                claimed_at = c.claimed_at, opened_at = c.opened_at, due_on = c.due_on, due_at = c.due_at,
                deadline = c.deadline, ladder_level = c.ladder_level
            FROM e JOIN user_task was ON was.id = e.id AND was.instance_id = e.instance_id,
                jsonb_populate_record(was, e.changes) c
            WHERE t.id = was.id
            RETURNING was.assignee AS former, t.assignee)
        SELECT count(*), array_agg(former) || array_agg(assignee) || (SELECT array_agg(person_id) FROM freed)
        INTO v_done, v_more FROM given;
        IF v_done <> jsonb_array_length(p -> 'changed') THEN
            RAISE EXCEPTION 'a user task that changes is none of its instance' USING ERRCODE = 'CX404';
        END IF;
        v_people := v_people || v_more;
    END IF;
    IF p ? 'candidates' THEN
        INSERT INTO task_candidate (person_id, task_id)
        SELECT unnest(e.people), e.task_id FROM jsonb_to_recordset(p -> 'candidates') AS e(task_id uuid, people text[]);
    END IF;

    IF p ? 'history' THEN
        WITH e AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(p -> 'history') AS e(
                instance_id uuid, seq integer, event text, node_id text, node_type text, actor text, task_id uuid,
                digest text, hash text, salt text, body text)),
        rows AS (
            INSERT INTO history (instance_id, seq, at, event, node_id, node_type, actor, task_id, digest, hash)
            SELECT e.instance_id, e.seq, v_at, e.event, e.node_id, e.node_type, e.actor, e.task_id,
                decode(e.digest, 'hex'), decode(e.hash, 'hex') FROM e)
        INSERT INTO history_body (instance_id, seq, salt, body)
        SELECT e.instance_id, e.seq, decode(e.salt, 'hex'), e.body FROM e;
    END IF;
    IF p ? 'timers' THEN
        INSERT INTO timer (instance_id, kind, token, task_id, node_id, due_at, rule, payload)
        SELECT e.instance_id, e.kind, e.token, e.task_id, e.node_id, e.due_at, e.rule, e.payload
        FROM jsonb_to_recordset(p -> 'timers') AS e(
            instance_id uuid, kind text, token bigint, task_id uuid, node_id text, due_at timestamptz, rule jsonb,
            payload jsonb);
    END IF;
    IF p ? 'subscriptions' THEN
        INSERT INTO subscription (instance_id, token, kind, name, correlation_key, node_id, since)
        SELECT e.instance_id, e.token, e.kind, e.name, e.correlation_key, e.node_id, v_at
        FROM jsonb_to_recordset(p -> 'subscriptions') AS e(
            instance_id uuid, token bigint, kind text, name text, correlation_key text, node_id text)
        ON CONFLICT (instance_id, token, kind, name) DO UPDATE SET correlation_key = excluded.correlation_key;
    END IF;
    IF p ? 'submissions' THEN
        INSERT INTO submission (id, instance_id, task_id, node_id, form_key, form_version_id, "values", digest,
            person_id, on_behalf_of, submitted_at)
        SELECT e.id, e.instance_id, e.task_id, e.node_id, e.form_key, e.form_version_id, e."values",
            decode(e.digest, 'hex'), e.person_id, e.on_behalf_of, v_at
        FROM jsonb_to_recordset(p -> 'submissions') AS e(
            instance_id uuid, id uuid, task_id uuid, node_id text, form_key text, form_version_id uuid, "values" jsonb,
            digest text, person_id text, on_behalf_of text);
    END IF;
    IF p ? 'attachments' THEN
        UPDATE attachment a SET instance_id = e.instance_id
        FROM jsonb_to_recordset(p -> 'attachments') AS e(instance_id uuid, id uuid)
        WHERE a.id = e.id AND a.instance_id IS NULL;
    END IF;
    IF p ? 'deadlines' THEN
        INSERT INTO deadline_entry (id, instance_id, task_id, kind, rule, due_on, due_at, previous_due_on,
            explanation, reason, at, actor)
        SELECT e.id, e.instance_id, e.task_id, e.kind, e.rule, e.due_on, e.due_at, e.previous_due_on, e.explanation,
            e.reason, v_at, e.actor
        FROM jsonb_to_recordset(p -> 'deadlines') AS e(
            instance_id uuid, id uuid, task_id uuid, kind text, rule text, due_on date, due_at timestamptz,
            previous_due_on date, explanation jsonb, reason text, actor text);
    END IF;
    IF p ? 'notices' THEN
        INSERT INTO notice (id, person_id, kind, instance_id, task_id, facts, at)
        SELECT e.id, person, e.kind, e.instance_id, e.task_id, e.facts, v_at
        FROM jsonb_to_recordset(p -> 'notices') AS e(
            instance_id uuid, id uuid, people text[], kind text, task_id uuid, facts jsonb), unnest(e.people) person;
    END IF;
    IF p ? 'cards' THEN
        INSERT INTO card (no, level, state, unit, issuer_unit, instance_id, case_id, task_id, title, grounds,
            issued_on, issued_at, effective_on, answer_due_on)
        SELECT e.no, e.level, 'issued', e.unit, e.issuer_unit, e.instance_id, e.case_id, e.task_id, e.title, e.grounds,
            e.issued_on, v_at, e.effective_on, e.answer_due_on
        FROM jsonb_to_recordset(p -> 'cards') AS e(
            instance_id uuid, no text, level smallint, unit text, issuer_unit text, case_id uuid, task_id uuid,
            title text, grounds jsonb, issued_on date, effective_on date, answer_due_on date);
    END IF;
    RETURN array_remove(v_people, NULL);
END $$;
DROP FUNCTION apply_step(uuid, integer, bytea, jsonb);

-- One notice to several people is written once and has one id; a reader is named by every query. Nothing asks by task.
ALTER TABLE notice DROP CONSTRAINT notice_pkey, ADD CONSTRAINT notice_pkey PRIMARY KEY (person_id, id);
DROP INDEX notice_task_id_idx;
