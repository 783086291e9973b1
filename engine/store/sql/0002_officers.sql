-- How a person wants pages to look: with the account, so that it is the same at every desk.
ALTER TABLE account
    ADD COLUMN theme TEXT DEFAULT 'system' NOT NULL,
    ADD COLUMN density TEXT DEFAULT 'normal' NOT NULL,
    ADD COLUMN large_text BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN shortcuts BOOLEAN DEFAULT true NOT NULL;

-- Filters of the inbox that somebody comes back to. Nothing here names a case.
CREATE TABLE saved_view (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    filters JSONB DEFAULT '{}'::jsonb NOT NULL,
    is_default BOOLEAN DEFAULT false NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT saved_view_pkey PRIMARY KEY (id),
    CONSTRAINT saved_view_person_id_fkey FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE UNIQUE INDEX saved_view_person_id_name_key ON saved_view (person_id, name);

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO cx_app;

-- "WT-532503GA-2026-00…" is searched from its front; the collation of the database does not serve LIKE.
CREATE INDEX instance_business_no_prefix_idx ON instance (business_no text_pattern_ops) WHERE business_no IS NOT NULL;
