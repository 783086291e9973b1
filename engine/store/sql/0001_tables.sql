-- The tables as engine/store/tables*.py describe them, frozen with revision 0001. A test compares both.

CREATE TABLE access_head (
    shard SMALLINT NOT NULL,
    seq BIGINT DEFAULT 0 NOT NULL,
    head BYTEA NOT NULL,
    CONSTRAINT access_head_pkey PRIMARY KEY (shard)
);

CREATE TABLE access_log (
    shard SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    digest BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT access_log_pkey PRIMARY KEY (shard, seq)
);

CREATE INDEX access_log_actor_at_idx ON access_log (actor, at);

CREATE INDEX access_log_at_idx ON access_log (at);

CREATE TABLE access_log_body (
    shard SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT access_log_body_pkey PRIMARY KEY (shard, seq)
);

CREATE TABLE attachment (
    id UUID NOT NULL,
    instance_id UUID,
    task_id UUID,
    field TEXT,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    storage_name TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT attachment_pkey PRIMARY KEY (id)
);

CREATE INDEX attachment_instance_id_idx ON attachment (instance_id) WHERE instance_id IS NOT NULL;

CREATE INDEX attachment_task_id_idx ON attachment (task_id) WHERE task_id IS NOT NULL;

CREATE TABLE buffered_message (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    correlation_key TEXT DEFAULT '' NOT NULL,
    payload JSONB DEFAULT '{}'::jsonb NOT NULL,
    from_instance UUID,
    from_task UUID,
    thrown_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    delivered_to UUID,
    CONSTRAINT buffered_message_pkey PRIMARY KEY (id)
);

CREATE INDEX buffered_message_waiting_idx ON buffered_message (name, correlation_key) WHERE delivered_at IS NULL;

CREATE TABLE business_clock (
    singleton BOOLEAN DEFAULT true NOT NULL,
    mode TEXT DEFAULT 'real' NOT NULL,
    business_at TIMESTAMP WITH TIME ZONE,
    wall_at TIMESTAMP WITH TIME ZONE,
    ticking BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT business_clock_pkey PRIMARY KEY (singleton),
    CONSTRAINT business_clock_singleton_check CHECK (singleton),
    CONSTRAINT business_clock_set_check CHECK (mode = 'real' OR (business_at IS NOT NULL AND wall_at IS NOT NULL))
);

CREATE TABLE calendar_day (
    layer TEXT NOT NULL,
    region TEXT DEFAULT '' NOT NULL,
    day DATE NOT NULL,
    working BOOLEAN NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    name_en TEXT DEFAULT '' NOT NULL,
    document_no TEXT DEFAULT '' NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT calendar_day_pkey PRIMARY KEY (layer, region, day)
);

CREATE INDEX calendar_day_day_idx ON calendar_day (day);

CREATE TABLE calendar_year (
    year SMALLINT NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT calendar_year_pkey PRIMARY KEY (year)
);

CREATE TABLE card (
    no TEXT NOT NULL,
    level SMALLINT NOT NULL,
    state TEXT NOT NULL,
    unit TEXT NOT NULL,
    issuer_unit TEXT NOT NULL,
    instance_id UUID NOT NULL,
    case_id UUID,
    task_id UUID,
    title TEXT DEFAULT '' NOT NULL,
    grounds JSONB DEFAULT '{}'::jsonb NOT NULL,
    issued_on DATE NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_on DATE,
    answer_due_on DATE,
    answered_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT card_pkey PRIMARY KEY (no)
);

CREATE INDEX card_case_id_idx ON card (case_id);

CREATE INDEX card_instance_id_idx ON card (instance_id);

CREATE INDEX card_task_id_idx ON card (task_id);

CREATE INDEX card_unit_issued_on_idx ON card (unit, issued_on);

CREATE TABLE card_objection (
    id UUID NOT NULL,
    card_no TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    task_id UUID,
    decision TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT card_objection_pkey PRIMARY KEY (id)
);

CREATE INDEX card_objection_card_no_idx ON card_objection (card_no);

CREATE TABLE deadline_entry (
    id UUID NOT NULL,
    instance_id UUID NOT NULL,
    task_id UUID,
    kind TEXT NOT NULL,
    rule TEXT DEFAULT '' NOT NULL,
    due_on DATE,
    due_at TIMESTAMP WITH TIME ZONE,
    previous_due_on DATE,
    explanation JSONB DEFAULT '{}'::jsonb NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT deadline_entry_pkey PRIMARY KEY (id)
);

CREATE INDEX deadline_entry_instance_id_at_idx ON deadline_entry (instance_id, at);

CREATE INDEX deadline_entry_task_id_idx ON deadline_entry (task_id) WHERE task_id IS NOT NULL;

CREATE TABLE deployment (
    id UUID NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    note TEXT DEFAULT '' NOT NULL,
    builtin BOOLEAN DEFAULT false NOT NULL,
    digest BYTEA NOT NULL,
    CONSTRAINT deployment_pkey PRIMARY KEY (id)
);

CREATE INDEX deployment_state_idx ON deployment (state);

CREATE TABLE draft (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    task_id UUID,
    form_key TEXT NOT NULL,
    form_version_id UUID,
    values JSONB NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT draft_pkey PRIMARY KEY (id)
);

CREATE INDEX draft_person_id_idx ON draft (person_id);

CREATE UNIQUE INDEX draft_task_id_person_id_key ON draft (task_id, person_id) WHERE task_id IS NOT NULL;

CREATE TABLE history (
    instance_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    event TEXT NOT NULL,
    node_id TEXT DEFAULT '' NOT NULL,
    node_type TEXT DEFAULT '' NOT NULL,
    actor TEXT NOT NULL,
    task_id UUID,
    digest BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT history_pkey PRIMARY KEY (instance_id, seq)
);

CREATE TABLE history_body (
    instance_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    salt BYTEA NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT history_body_pkey PRIMARY KEY (instance_id, seq)
);

CREATE TABLE idempotency (
    actor TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status SMALLINT,
    answer BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (actor, route, key)
);

CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);

CREATE TABLE incident (
    id UUID NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    instance_id UUID,
    definition_id UUID,
    key TEXT DEFAULT '' NOT NULL,
    sealed BOOLEAN DEFAULT false NOT NULL,
    node_id TEXT DEFAULT '' NOT NULL,
    token BIGINT,
    task_id UUID,
    job_id BIGINT,
    kind TEXT NOT NULL,
    details JSONB DEFAULT '{}'::jsonb NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by TEXT,
    resolution TEXT DEFAULT '' NOT NULL,
    CONSTRAINT incident_pkey PRIMARY KEY (id)
);

CREATE INDEX incident_instance_id_idx ON incident (instance_id) WHERE instance_id IS NOT NULL;

CREATE INDEX incident_open_idx ON incident (opened_at) WHERE state <> 'resolved';

CREATE TABLE instance (
    id UUID NOT NULL,
    definition_id UUID NOT NULL,
    key TEXT NOT NULL,
    status TEXT DEFAULT 'running' NOT NULL,
    rev INTEGER NOT NULL,
    state BYTEA NOT NULL,
    variables JSONB DEFAULT '{}'::jsonb NOT NULL,
    seed BIGINT DEFAULT 0 NOT NULL,
    business_key TEXT,
    business_no TEXT,
    title TEXT DEFAULT '' NOT NULL,
    case_state TEXT DEFAULT '' NOT NULL,
    unit TEXT,
    issuer_unit TEXT,
    severity TEXT,
    limit_at TIMESTAMP WITH TIME ZONE,
    marks TEXT[] DEFAULT '{}'::text[] NOT NULL,
    sealed BOOLEAN DEFAULT false NOT NULL,
    parent_instance UUID,
    parent_task UUID,
    started_by TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    suspended_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_node TEXT,
    history_seq INTEGER DEFAULT 0 NOT NULL,
    history_head BYTEA NOT NULL,
    CONSTRAINT instance_pkey PRIMARY KEY (id)
) WITH (fillfactor = 70);

CREATE INDEX instance_business_key_idx ON instance (key, business_key) WHERE business_key IS NOT NULL;

CREATE INDEX instance_business_no_idx ON instance (business_no) WHERE business_no IS NOT NULL;

CREATE INDEX instance_issuer_unit_id_idx ON instance (issuer_unit, id);

CREATE INDEX instance_parent_instance_idx ON instance (parent_instance) WHERE parent_instance IS NOT NULL;

CREATE INDEX instance_parent_task_idx ON instance (parent_task) WHERE parent_task IS NOT NULL;

CREATE INDEX instance_unit_id_idx ON instance (unit, id);

CREATE TABLE instance_party (
    instance_id UUID NOT NULL,
    person_id TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT instance_party_pkey PRIMARY KEY (instance_id, person_id)
);

CREATE INDEX instance_party_person_id_instance_id_idx ON instance_party (person_id, instance_id);

CREATE TABLE login_attempt (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    succeeded BOOLEAN NOT NULL,
    CONSTRAINT login_attempt_pkey PRIMARY KEY (id)
);

CREATE INDEX login_attempt_address_at_idx ON login_attempt (address, at);

CREATE INDEX login_attempt_name_at_idx ON login_attempt (name, at);

CREATE TABLE notice (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    instance_id UUID,
    task_id UUID,
    facts JSONB DEFAULT '{}'::jsonb NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT notice_pkey PRIMARY KEY (id)
);

CREATE INDEX notice_person_id_at_idx ON notice (person_id, at);

CREATE INDEX notice_task_id_idx ON notice (task_id) WHERE task_id IS NOT NULL;

CREATE INDEX notice_unread_idx ON notice (person_id) WHERE read_at IS NULL;

CREATE TABLE number_counter (
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    year SMALLINT NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT number_counter_pkey PRIMARY KEY (kind, unit, year)
);

CREATE TABLE param (
    name TEXT NOT NULL,
    value JSONB NOT NULL,
    label_zh TEXT DEFAULT '' NOT NULL,
    label_en TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    confirmed BOOLEAN DEFAULT false NOT NULL,
    changed_by TEXT DEFAULT '' NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT param_pkey PRIMARY KEY (name)
);

CREATE TABLE reference_stamp (
    singleton BOOLEAN DEFAULT true NOT NULL,
    stamp BIGINT NOT NULL,
    CONSTRAINT reference_stamp_pkey PRIMARY KEY (singleton),
    CONSTRAINT reference_stamp_singleton_check CHECK (singleton)
);

CREATE TABLE submission (
    id UUID NOT NULL,
    instance_id UUID NOT NULL,
    task_id UUID,
    node_id TEXT DEFAULT '' NOT NULL,
    form_key TEXT NOT NULL,
    form_version_id UUID,
    values JSONB NOT NULL,
    digest BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    on_behalf_of TEXT,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT submission_pkey PRIMARY KEY (id)
);

CREATE INDEX submission_instance_id_idx ON submission (instance_id);

CREATE INDEX submission_task_id_idx ON submission (task_id) WHERE task_id IS NOT NULL;

CREATE TABLE subscription (
    instance_id UUID NOT NULL,
    token BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    correlation_key TEXT DEFAULT '' NOT NULL,
    node_id TEXT DEFAULT '' NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT subscription_pkey PRIMARY KEY (instance_id, token, kind, name)
);

CREATE INDEX subscription_name_correlation_key_idx ON subscription (name, correlation_key);

CREATE TABLE task_candidate (
    person_id TEXT NOT NULL,
    task_id UUID NOT NULL,
    CONSTRAINT task_candidate_pkey PRIMARY KEY (person_id, task_id)
);

CREATE INDEX task_candidate_task_id_idx ON task_candidate (task_id);

CREATE TABLE timer (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    instance_id UUID NOT NULL,
    kind TEXT NOT NULL,
    token BIGINT,
    task_id UUID,
    node_id TEXT DEFAULT '' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    rule JSONB DEFAULT '{}'::jsonb NOT NULL,
    payload JSONB DEFAULT '{}'::jsonb NOT NULL,
    held_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT timer_pkey PRIMARY KEY (id)
);

CREATE INDEX timer_due_at_idx ON timer (due_at) WHERE held_at IS NULL;

CREATE INDEX timer_task_id_idx ON timer (task_id) WHERE task_id IS NOT NULL;

CREATE UNIQUE INDEX timer_token_idx ON timer (instance_id, token);

CREATE TABLE unit (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT DEFAULT '' NOT NULL,
    doc_prefix TEXT DEFAULT '' NOT NULL,
    level TEXT NOT NULL,
    type TEXT NOT NULL,
    region TEXT NOT NULL,
    superior TEXT,
    staff_count INTEGER DEFAULT 0 NOT NULL,
    active_from DATE,
    active_to DATE,
    CONSTRAINT unit_pkey PRIMARY KEY (code),
    CONSTRAINT unit_superior_fkey FOREIGN KEY(superior) REFERENCES unit (code)
);

CREATE TABLE user_task (
    id UUID NOT NULL,
    instance_id UUID NOT NULL,
    token BIGINT NOT NULL,
    node_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT DEFAULT '' NOT NULL,
    mechanism TEXT NOT NULL,
    form_key TEXT,
    form_version_id UUID,
    unit TEXT,
    lane TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    assignee TEXT,
    on_behalf_of TEXT,
    element JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE,
    opened_at TIMESTAMP WITH TIME ZONE,
    due_on DATE,
    due_at TIMESTAMP WITH TIME ZONE,
    deadline JSONB,
    ladder_profile TEXT,
    ladder_level SMALLINT DEFAULT 0 NOT NULL,
    protected BOOLEAN DEFAULT false NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by TEXT,
    outcome TEXT,
    case_unit TEXT,
    case_issuer_unit TEXT,
    case_sealed BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT user_task_pkey PRIMARY KEY (id)
) WITH (fillfactor = 85);

CREATE INDEX user_task_case_unit_idx ON user_task (case_unit, due_at, id) WHERE state IN ('offered', 'assigned', 'started', 'suspended');

CREATE INDEX user_task_done_by_idx ON user_task (done_by, done_at) WHERE done_by IS NOT NULL;

CREATE INDEX user_task_inbox_idx ON user_task (assignee, due_at, id) WHERE state IN ('offered', 'assigned', 'started', 'suspended');

CREATE UNIQUE INDEX user_task_instance_id_token_key ON user_task (instance_id, token);

CREATE TABLE definition_version (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT DEFAULT '' NOT NULL,
    deployment_id UUID NOT NULL,
    file TEXT NOT NULL,
    builtin BOOLEAN DEFAULT false NOT NULL,
    compaction BOOLEAN DEFAULT true NOT NULL,
    start_messages TEXT[] DEFAULT '{}'::text[] NOT NULL,
    checks JSONB DEFAULT '[]'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT definition_version_pkey PRIMARY KEY (id),
    CONSTRAINT definition_version_key_version_key UNIQUE (key, version),
    CONSTRAINT definition_version_deployment_id_fkey FOREIGN KEY(deployment_id) REFERENCES deployment (id)
);

CREATE UNIQUE INDEX definition_version_current_idx ON definition_version (key) WHERE state = 'current';

CREATE INDEX definition_version_deployment_id_idx ON definition_version (deployment_id);

CREATE TABLE department (
    code TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    responsible BOOLEAN DEFAULT false NOT NULL,
    active_from DATE,
    active_to DATE,
    CONSTRAINT department_pkey PRIMARY KEY (code),
    CONSTRAINT department_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE INDEX department_unit_idx ON department (unit);

CREATE TABLE deployment_file (
    deployment_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    content BYTEA NOT NULL,
    sha256 BYTEA NOT NULL,
    CONSTRAINT deployment_file_pkey PRIMARY KEY (deployment_id, name),
    CONSTRAINT deployment_file_deployment_id_fkey FOREIGN KEY(deployment_id) REFERENCES deployment (id)
);

CREATE TABLE form_version (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    deployment_id UUID NOT NULL,
    file TEXT NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT form_version_pkey PRIMARY KEY (id),
    CONSTRAINT form_version_key_version_key UNIQUE (key, version),
    CONSTRAINT form_version_deployment_id_fkey FOREIGN KEY(deployment_id) REFERENCES deployment (id)
);

CREATE UNIQUE INDEX form_version_current_idx ON form_version (key) WHERE state = 'current';

CREATE INDEX form_version_deployment_id_idx ON form_version (deployment_id);

CREATE TABLE unit_closure (
    ancestor TEXT NOT NULL,
    descendant TEXT NOT NULL,
    depth SMALLINT NOT NULL,
    CONSTRAINT unit_closure_pkey PRIMARY KEY (ancestor, descendant),
    CONSTRAINT unit_closure_ancestor_fkey FOREIGN KEY(ancestor) REFERENCES unit (code),
    CONSTRAINT unit_closure_descendant_fkey FOREIGN KEY(descendant) REFERENCES unit (code)
);

CREATE INDEX unit_closure_descendant_idx ON unit_closure (descendant);

CREATE TABLE person (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    department TEXT,
    post TEXT DEFAULT '' NOT NULL,
    active_from DATE,
    active_to DATE,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code),
    CONSTRAINT person_department_fkey FOREIGN KEY(department) REFERENCES department (code)
);

CREATE INDEX person_unit_idx ON person (unit);

CREATE TABLE absence (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    absent_from DATE NOT NULL,
    absent_until DATE NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT absence_pkey PRIMARY KEY (id),
    CONSTRAINT absence_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX absence_person_id_idx ON absence (person_id);

CREATE TABLE account (
    person_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    state TEXT DEFAULT 'active' NOT NULL,
    must_change BOOLEAN DEFAULT false NOT NULL,
    language TEXT DEFAULT 'zh' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_login_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT account_pkey PRIMARY KEY (person_id),
    CONSTRAINT account_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE api_token (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    scopes TEXT[] DEFAULT '{}'::text[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT api_token_pkey PRIMARY KEY (id),
    CONSTRAINT api_token_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT api_token_token_hash_key UNIQUE (token_hash)
);

CREATE INDEX api_token_person_id_idx ON api_token (person_id);

CREATE TABLE position (
    id UUID NOT NULL,
    unit TEXT NOT NULL,
    code TEXT NOT NULL,
    person_id TEXT NOT NULL,
    department TEXT,
    departments TEXT[] DEFAULT '{}'::text[] NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    CONSTRAINT position_pkey PRIMARY KEY (id),
    CONSTRAINT position_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code),
    CONSTRAINT position_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT position_department_fkey FOREIGN KEY(department) REFERENCES department (code)
);

CREATE INDEX position_person_id_idx ON position (person_id);

CREATE INDEX position_unit_code_idx ON position (unit, code);

CREATE TABLE recusal_declaration (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    relation TEXT NOT NULL,
    about_person TEXT,
    about_unit TEXT,
    valid_from DATE NOT NULL,
    valid_until DATE,
    declared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT recusal_declaration_pkey PRIMARY KEY (id),
    CONSTRAINT recusal_declaration_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX recusal_declaration_person_id_idx ON recusal_declaration (person_id);

CREATE TABLE role_grant (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    granted_by TEXT DEFAULT '' NOT NULL,
    confirmed_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT role_grant_pkey PRIMARY KEY (id),
    CONSTRAINT role_grant_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT role_grant_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE INDEX role_grant_person_id_idx ON role_grant (person_id);

CREATE INDEX role_grant_role_unit_idx ON role_grant (role, unit);

CREATE TABLE role_request (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    requested_by TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT role_request_pkey PRIMARY KEY (id),
    CONSTRAINT role_request_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT role_request_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code)
);

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    fresh_at TIMESTAMP WITH TIME ZONE NOT NULL,
    auth_level SMALLINT DEFAULT 1 NOT NULL,
    csrf_secret BYTEA NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    agent TEXT DEFAULT '' NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (token_hash),
    CONSTRAINT session_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX session_expires_at_idx ON session (expires_at);

CREATE INDEX session_person_id_idx ON session (person_id);

CREATE TABLE substitute (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    position TEXT NOT NULL,
    substitute_id TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    CONSTRAINT substitute_pkey PRIMARY KEY (id),
    CONSTRAINT substitute_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT substitute_unit_fkey FOREIGN KEY(unit) REFERENCES unit (code),
    CONSTRAINT substitute_substitute_id_fkey FOREIGN KEY(substitute_id) REFERENCES person (id)
);

CREATE INDEX substitute_person_id_idx ON substitute (person_id);

-- Already compressed by the codec: TOAST may move it out, never squeeze it again.
ALTER TABLE instance ALTER COLUMN state SET STORAGE EXTERNAL;
