package soak

// Kinds are the kinds of episodes, by name. A new one is a line here.
func Kinds() map[string]Episode {
	return map[string]Episode{
		"group":     group,
		"nested":    nested,
		"items":     items,
		"stage":     stages,
		"quorum":    race,
		"limiter":   limited,
		"emit":      emitted,
		"errgroup":  errgroups,
		"supervise": supervised,
		"daemon":    served,
	}
}
