package table

// fits says for whom the row with that number is.
func fits(int) Fits { return nil }
