-- What a case gets when it goes on after it stood still: the message or signal is kept for it alone.
ALTER TABLE buffered_message ADD COLUMN held_for uuid;
CREATE INDEX buffered_message_held_for_idx ON buffered_message (held_for)
WHERE held_for IS NOT NULL AND delivered_at IS NULL;
