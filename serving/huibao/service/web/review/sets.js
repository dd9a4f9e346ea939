// x
export function renderSets() {}
