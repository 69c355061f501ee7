package chart

// TextWidth is what a test needs to see that a text of that class stays in the picture.
func TextWidth(class, s string) float64 {
	switch class {
	case "title":
		return titleFont.width(s)
	case "quiet":
		return quietFont.width(s)
	case "mine":
		return mineFont.width(s)
	}
	return bodyFont.width(s)
}
