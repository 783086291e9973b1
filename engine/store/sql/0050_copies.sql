-- 抄送: to whom a case was pointed out, and when each of them opened it. A copy lets nobody see more than before: it is
-- only made for people who see the case.
CREATE TABLE case_copy (
    id UUID NOT NULL,
    person_id TEXT NOT NULL,
    instance_id UUID NOT NULL,
    sent_by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT case_copy_pkey PRIMARY KEY (id, person_id)
);
CREATE INDEX case_copy_instance_id_at_idx ON case_copy (instance_id, at);

ALTER TABLE case_copy ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_copy FORCE ROW LEVEL SECURITY;
CREATE POLICY case_copy_read ON case_copy FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (SELECT FROM instance i WHERE i.id = case_copy.instance_id));
CREATE POLICY case_copy_add ON case_copy FOR INSERT WITH CHECK (
    sent_by = cx_actor() AND EXISTS (SELECT FROM instance i WHERE i.id = case_copy.instance_id));
CREATE POLICY case_copy_open ON case_copy FOR UPDATE
    USING (person_id = cx_actor()) WITH CHECK (person_id = cx_actor());
GRANT SELECT, INSERT ON case_copy TO cx_app;
GRANT UPDATE (read_at) ON case_copy TO cx_app;
