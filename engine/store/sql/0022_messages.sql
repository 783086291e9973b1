-- When a kept message is given up; NULL: never, or not before its process is deployed.
ALTER TABLE buffered_message ADD COLUMN expires_at timestamptz;
-- The person who sent it by hand: it reaches no case that this person may not see. '': a process did.
ALTER TABLE buffered_message ADD COLUMN sent_by text NOT NULL DEFAULT '';
ALTER TABLE definition_version ADD COLUMN start_signals text[] NOT NULL DEFAULT '{}';
-- Names of all messages that the process can receive at some point: the time of a kept one runs from then on.
ALTER TABLE definition_version ADD COLUMN receives text[] NOT NULL DEFAULT '{}';
