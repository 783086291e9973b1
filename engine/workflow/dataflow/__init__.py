"""Data of BPMN, run as drawn: what goes into and out of activities under which name, scopes of data, data stores."""
