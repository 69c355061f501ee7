package page

// What tests need to look at parts of the page by themselves.
var Markdown = paragraph

const CellTest = cellTest
