package chart

import "strings"

// What a text is as wide as in the widest font of the style, DejaVu Sans, in thousandths of its size: ASCII from the space on, plain and bold.
// Another font leaves some room.
var (
	plainWidths = [95]int{
		318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
		1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
		500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
	}
	boldWidths = [95]int{
		348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580,
		1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500,
		500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
	}
)

// beyond is what a character counts that is not in the table: as much as the widest Latin letter.
const beyond = 1.55

// A font is a size with a weight: what a class of the style has.
type font struct {
	size float64
	bold bool
}

var (
	titleFont = font{17, true}
	bodyFont  = font{13, false}
	oursFont  = font{13, true}
	quietFont = font{12, false}
)

// width is how many pixels the text takes at most.
func (f font) width(s string) float64 {
	table := &plainWidths
	if f.bold {
		table = &boldWidths
	}
	w := 0.0
	for _, r := range s {
		switch {
		case ' ' <= r && r <= '~':
			w += float64(table[r-' ']) / 1000
		case r == 'µ':
			w += 0.74
		default:
			w += beyond
		}
	}
	return w * f.size
}

// wrap breaks the text between words into lines that fit. A word that is wider than that is cut, and says so by three dots.
func (f font) wrap(s string, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		word = f.cut(word, width)
		switch {
		case line == "":
			line = word
		case f.width(line+" "+word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut shortens the text until it fits.
func (f font) cut(s string, width float64) string {
	if f.width(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && f.width(string(runes)+"...") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "..."
}
