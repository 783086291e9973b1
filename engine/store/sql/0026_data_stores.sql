-- Values that all cases share: a step reads and writes them with the system's eyes, in its own transaction. Nobody else
-- sees rows; the routes for analysts and operators answer keys and kinds of values.
CREATE TABLE data_store (
    store TEXT NOT NULL,
    key TEXT NOT NULL,
    value JSONB,
    version INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    updated_in UUID NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT data_store_pkey PRIMARY KEY (store, key)
);

ALTER TABLE data_store ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_store FORCE ROW LEVEL SECURITY;
CREATE POLICY data_store_system ON data_store
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');

GRANT SELECT, INSERT, UPDATE ON data_store TO cx_app;
