"""An independent reading of BPMN 2.0, and random processes on which the engine must agree with it."""
