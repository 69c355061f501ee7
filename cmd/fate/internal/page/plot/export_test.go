package plot

// TextWidth is what a test needs to see that a text ends within the picture.
var TextWidth = textWidth
