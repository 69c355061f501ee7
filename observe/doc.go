// Package observe has observers that are ready to be given to a group: one that logs, one that counts.
//
//	g := fate.New(ctx, s, fate.Name("thumbnails"), fate.Observe(observe.Slog(logger)), fate.Observe(counts.Observer()))
//
// They can be given together, and one can be given to any number of groups at once. Each is a [fate.Observer], whose
// functions can be set to nil to leave something out, or be wrapped:
//
//	o := observe.Slog(logger)
//	o.Start, o.Skip = nil, nil // these are not told
//
// For numbers at the end, and nothing while it runs, [fate.Group.Tally] is enough and costs nothing. To find out where time is spent,
// give the group a [fate.Name] and take a profile.
package observe
