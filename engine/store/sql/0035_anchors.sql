-- The hourly anchors (engine/model/anchor.py). The file outside the database is written from these rows.
CREATE TABLE anchor (
    no INTEGER NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    quiet INTEGER NOT NULL,
    previous BYTEA NOT NULL,
    leaves BYTEA[] NOT NULL,
    root BYTEA NOT NULL,
    CONSTRAINT anchor_pkey PRIMARY KEY (no),
    CONSTRAINT anchor_hour_key UNIQUE (hour)
);
CREATE INDEX anchor_taken_at_idx ON anchor (taken_at);

CREATE TRIGGER anchor_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON anchor
FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_change();
ALTER TABLE anchor ENABLE ALWAYS TRIGGER anchor_append_only;
GRANT SELECT, INSERT ON anchor TO cx_app;

-- What happened since an anchor. Events come in the order of time, so a few pages of summary tell where to look.
CREATE INDEX history_at_idx ON history USING brin (at) WITH (autosummarize = on);
