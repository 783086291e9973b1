"""Seam 1: runs process definitions. The only importer of SpiffWorkflow; no I/O, no clock, no database."""

from engine.workflow.codec import StateUnreadable
from engine.workflow.compile import CompiledDefinition, compile_definition, compile_process
from engine.workflow.correspondence import places
from engine.workflow.dataflow.stores import HeldStores, Stores
from engine.workflow.foreign import Translation, running_text, translate
from engine.workflow.guard import check_in_child
from engine.workflow.migration import Carried, Migration
from engine.workflow.parser import process_keys, read_files
from engine.workflow.run import Workflow
from engine.workflow.scripting import (
    BpmnError,
    SandboxLevel,
    SandboxUnavailable,
    ScriptError,
    check_source,
    sandbox_level,
)
from engine.workflow.timers import first_arming, next_arming
from engine.workflow.xml import ParsedFile, check_xml
from engine.workflow.xsd import validate_bpmn

__all__ = [
    "BpmnError",
    "Carried",
    "CompiledDefinition",
    "HeldStores",
    "Migration",
    "ParsedFile",
    "SandboxLevel",
    "SandboxUnavailable",
    "ScriptError",
    "StateUnreadable",
    "Stores",
    "Translation",
    "Workflow",
    "check_in_child",
    "check_source",
    "check_xml",
    "compile_definition",
    "compile_process",
    "first_arming",
    "next_arming",
    "places",
    "process_keys",
    "read_files",
    "running_text",
    "sandbox_level",
    "translate",
    "validate_bpmn",
]
