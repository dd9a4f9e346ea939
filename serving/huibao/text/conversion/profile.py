"""The settings that LibreOffice converts with: no macros, no links, no Java, nothing remembered."""

import shutil
from pathlib import Path

_OFFICE = "/org.openoffice.Office."
# Path, property, value. Source: the registry schemas of LibreOffice 7 (officecfg).
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "2"),
    ("Writer/Content/Update", "Field", "false"),
    ("Writer/Filter/Import/VBA", "Load", "false"),
    ("Common/Misc", "FirstRun", "false"),
    ("Common/Save/Document", "AutoSave", "false"),
    ("Common/History", "PickListSize", "0"),
    ("Recovery/RecoveryInfo", "Enabled", "false"),
    ("Recovery/RecoveryInfo", "CrashReporterEnabled", "false"),
    ("Java/VirtualMachine", "Enable", "false"),
)
_ITEM = (
    '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
    "</item>"
)
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>\n'
)


def fresh_profile(folder: Path) -> None:
    """Puts a new profile into a folder, in place of what a crash may have left of the old one."""
    shutil.rmtree(folder, ignore_errors=True)
    user = folder / "user"
    user.mkdir(parents=True)
    items = "".join(
        _ITEM.format(path=_OFFICE + path, name=name, value=value) for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(_REGISTRY.format(items=items), "utf-8")
