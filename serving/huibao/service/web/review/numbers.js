// x
export function renderNumbers() {}
