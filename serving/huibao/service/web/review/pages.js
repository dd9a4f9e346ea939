// x
export function renderPages() {}
