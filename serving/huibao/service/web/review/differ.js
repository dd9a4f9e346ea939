// x
export function renderDiffer() {}
export function differKey() { return false; }
