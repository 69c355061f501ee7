package chart

import "strings"

// TextWidth is what a test needs to see that a text of that class stays in the picture.
func TextWidth(class, s string) float64 {
	switch {
	case class == "title":
		return titleFont.width(s)
	case class == "quiet":
		return quietFont.width(s)
	case strings.Contains(class, "ours"):
		return oursFont.width(s)
	}
	return bodyFont.width(s)
}
