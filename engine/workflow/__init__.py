"""Seam 1: runs process definitions. The only importer of SpiffWorkflow; no I/O, no clock, no database."""

from engine.workflow.codec import StateUnreadable
from engine.workflow.compile import CompiledDefinition, compile_definition
from engine.workflow.parser import process_keys
from engine.workflow.run import Workflow
from engine.workflow.xml import ParsedFile, check_xml

__all__ = [
    "CompiledDefinition",
    "ParsedFile",
    "StateUnreadable",
    "Workflow",
    "check_xml",
    "compile_definition",
    "process_keys",
]
