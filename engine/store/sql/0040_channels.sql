-- Channels: where somebody, or the group chat of a unit, is told of notices outside this system.
CREATE TABLE channel (
    id UUID NOT NULL,
    owner_kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    address BYTEA NOT NULL,
    secret BYTEA,
    groups TEXT[] NOT NULL,
    rhythm TEXT NOT NULL,
    rests BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    looked_until TIMESTAMP WITH TIME ZONE NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    next_try_at TIMESTAMP WITH TIME ZONE,
    last_reason TEXT DEFAULT '' NOT NULL,
    last_sent_at TIMESTAMP WITH TIME ZONE,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT channel_pkey PRIMARY KEY (id),
    CONSTRAINT channel_owner_check CHECK (owner_kind IN ('person', 'unit'))
);

CREATE INDEX channel_owner_kind_owner_idx ON channel (owner_kind, owner);

-- A notice on its way. Written once for each channel that wants it, so looking twice at the same notice sends it once.
CREATE TABLE channel_notice (
    channel_id UUID NOT NULL,
    person_id TEXT NOT NULL,
    notice_id UUID NOT NULL,
    may_go_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT channel_notice_pkey PRIMARY KEY (channel_id, notice_id, person_id),
    CONSTRAINT channel_notice_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channel (id) ON DELETE CASCADE
);

CREATE INDEX channel_notice_waiting_idx ON channel_notice (channel_id, may_go_at) WHERE settled_at IS NULL;
CREATE INDEX channel_notice_settled_idx ON channel_notice (settled_at) WHERE settled_at IS NOT NULL;

-- A person sees the own ones and, by the routes for administrators, those of units; the worker sees all.
ALTER TABLE channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel FORCE ROW LEVEL SECURITY;
CREATE POLICY channel_own ON channel
    USING (
        current_setting('cx.actor', true) = 'system'
        OR (owner_kind = 'person' AND owner = current_setting('cx.actor', true))
        OR (owner_kind = 'unit' AND EXISTS (
            SELECT FROM role_grant g JOIN unit_closure c ON c.ancestor = g.unit
            WHERE g.person_id = current_setting('cx.actor', true) AND g.role = 'admin' AND c.descendant = channel.owner
                AND g.valid_from <= (cx_now() AT TIME ZONE 'Asia/Shanghai')::date
                AND (g.valid_until IS NULL OR g.valid_until >= (cx_now() AT TIME ZONE 'Asia/Shanghai')::date)))
    );

GRANT SELECT, INSERT, UPDATE, DELETE ON channel, channel_notice TO cx_app;
