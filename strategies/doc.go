// Package strategies chooses a strategy by configuration: a name and its fields, as text or as data.
//
//	s, err := strategies.Parse("collectall limit=8 stopafter=3")
//	if err != nil {
//		return err
//	}
//	return fate.ForEach(ctx, s, slices.Values(urls), fetch)
//
// Where the choice stands in a configuration file, an environment variable or a flag, give the field the type [Config].
// Libraries for these take it as it is.
//
//	type Settings struct {
//		Listen string            `json:"listen" yaml:"listen"`
//		Fetch  strategies.Config `json:"fetch" yaml:"fetch"`
//	}
//
// Where the choice is made in code, import the strategy's own package instead: the compiler then checks the fields, and only
// that strategy is linked into the program.
//
// # Text form
//
// A strategy's name, then its fields as key=value, in any order, with white space between the words:
//
//	failfast limit=8
//	collectall limit=8 keep=100 stopafter=3
//	shed limit=4 then=failfast
//	shed limit=4 then="failfast limit=2"
//	selective limit=2 scope=dependents
//	quorum need=2 limit=4
//	supervise restart=permanent radius=all intensity=3 period=5s
//
// Names are in lower case. A value with white space or a quote in it stands between double quotes and is written like a
// Go string. A field left out has its zero value, which is the default. A strategy's String method gives this text, so that
// fmt.Sprint and Parse are each other's inverse; what is made of code is the exception: selective.Func, and supervise's Backoff and Children.
//
// # Object form
//
// The same as data, in JSON and YAML; a strategy in a field is itself an object or a text:
//
//	{"name": "shed", "limit": 4, "then": {"name": "failfast", "limit": 2}}
//
// # Errors
//
// A name or field that is not known, a field given twice, a value of the wrong type and one that the strategy refuses are
// errors. They say which strategy, field and value it is and what is known or allowed, and start with "strategies:".
//
// [Register] adds strategies to those that this package knows; [Names] and [Describe] list them for help texts.
package strategies
