-- 留言: what people say about a case beside its forms. Seen by those who see the case, written by them alone. Never edited
-- and never deleted: what its author withdraws stays as a mark, and is shown to nobody.
CREATE TABLE case_comment (
    id UUID NOT NULL,
    instance_id UUID NOT NULL,
    person_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    text TEXT NOT NULL,
    mentioned TEXT[] DEFAULT '{}' NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT case_comment_pkey PRIMARY KEY (id)
);
CREATE INDEX case_comment_instance_id_at_idx ON case_comment (instance_id, at);

ALTER TABLE case_comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_comment FORCE ROW LEVEL SECURITY;
CREATE POLICY case_comment_read ON case_comment FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (SELECT FROM instance i WHERE i.id = case_comment.instance_id));
CREATE POLICY case_comment_add ON case_comment FOR INSERT WITH CHECK (
    person_id = cx_actor() AND EXISTS (SELECT FROM instance i WHERE i.id = case_comment.instance_id));
CREATE POLICY case_comment_withdraw ON case_comment FOR UPDATE
    USING (person_id = cx_actor()) WITH CHECK (person_id = cx_actor());
GRANT SELECT, INSERT ON case_comment TO cx_app;
GRANT UPDATE (withdrawn_at) ON case_comment TO cx_app;
