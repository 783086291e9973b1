-- Official papers of a case. The file lies with the attachments under the same id; what stands on it is kept beside it,
-- for the preview. A number is given once: a void paper keeps it.
CREATE TABLE document (
    id UUID NOT NULL,
    instance_id UUID NOT NULL,
    node_id TEXT DEFAULT '' NOT NULL,
    template TEXT NOT NULL,
    title TEXT NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    unit TEXT NOT NULL,
    sender_unit TEXT NOT NULL,
    no TEXT DEFAULT '' NOT NULL,
    register_kind TEXT,
    register_year INTEGER,
    register_no INTEGER,
    state TEXT DEFAULT 'made' NOT NULL,
    sha256 BYTEA NOT NULL,
    paper JSONB NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    dated DATE NOT NULL,
    voided_by TEXT,
    voided_at TIMESTAMP WITH TIME ZONE,
    void_reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT document_state_check CHECK (state IN ('made', 'signed', 'void'))
);
CREATE INDEX document_instance_id_idx ON document (instance_id);
CREATE INDEX document_no_idx ON document (no) WHERE no <> '';
CREATE UNIQUE INDEX document_register_key ON document (sender_unit, register_kind, register_year, register_no)
WHERE register_no IS NOT NULL;

-- Who signed which file: the hash is that of the file as it lay there then.
CREATE TABLE document_signature (
    document_id UUID NOT NULL,
    instance_id UUID NOT NULL,
    person_id TEXT NOT NULL,
    on_behalf_of TEXT,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submission_id UUID NOT NULL,
    sha256 BYTEA NOT NULL,
    CONSTRAINT document_signature_pkey PRIMARY KEY (document_id, submission_id)
);
CREATE INDEX document_signature_instance_id_idx ON document_signature (instance_id);

-- Seen by those who see the case. Nothing is ever deleted; of a paper only its state changes, of a signature nothing.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['document', 'document_signature'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$CREATE POLICY %1$s_read ON %1$I FOR SELECT USING (
            current_setting('cx.actor', true) = 'system'
            OR EXISTS (SELECT FROM instance i WHERE i.id = %1$I.instance_id))$policy$, name);
        EXECUTE format('CREATE POLICY %1$s_add ON %1$I FOR INSERT WITH CHECK (cx_actor() <> '''')', name);
    END LOOP;
END $$;
CREATE POLICY document_change ON document FOR UPDATE USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON document, document_signature TO cx_app;
GRANT UPDATE (state, voided_by, voided_at, void_reason) ON document TO cx_app;
