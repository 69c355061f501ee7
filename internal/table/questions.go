package table

// Questions are what tells the rows apart.
func Questions() []Question { return nil }
