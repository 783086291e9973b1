"""The changxiao engine: runs BPMN processes for public bodies on one PostgreSQL database."""
