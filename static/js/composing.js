// Keys that belong to an input method, not to the page. Safari ends a composition before it tells of the key that ended
// it, so that key comes as an ordinary one; its old code, 229, still says what it was.

export const isComposing = (event) => event.isComposing || event.keyCode === 229;
