package strategies

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A setting is one field's value as text, which is what all forms of configuration are turned into.
type setting struct{ key, value string }

// cutName splits a text into the strategy's name and the rest.
func cutName(text string) (name, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// cutSettings splits what follows a name into settings.
func cutSettings(text string) (all []setting, err error) {
	for {
		text = strings.TrimSpace(text)
		if text == "" {
			return all, nil
		}
		i := strings.IndexFunc(text, func(r rune) bool { return r == '=' || unicode.IsSpace(r) })
		if i < 0 || text[i] != '=' {
			word, _ := cutName(text)
			return nil, fmt.Errorf("%q has no '=': must be field=value", word)
		}
		s := setting{key: text[:i]}
		s.value, text, err = cutValue(text[i+1:])
		if err != nil {
			return nil, fmt.Errorf("%s %w", s.key, err)
		}
		all = append(all, s)
	}
}

// cutValue splits a text that starts with a value into that value and the rest.
func cutValue(text string) (value, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		i := strings.IndexFunc(text, unicode.IsSpace)
		if i < 0 {
			i = len(text)
		}
		switch value = text[:i]; {
		case value == "":
			return "", "", fmt.Errorf("has no value after '='")
		case strings.ContainsAny(value, "\"'`"):
			return "", "", fmt.Errorf("is %s: a value with a quote in it must stand between double quotes", value)
		}
		return value, text[i:], nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("is %s: must be like a Go string, with a closing quote", text)
	}
	if value, err = strconv.Unquote(quoted); err != nil {
		return "", "", fmt.Errorf("is %s: must be like a Go string", quoted)
	}
	rest = text[len(quoted):]
	if rest != "" && strings.TrimLeftFunc(rest, unicode.IsSpace) == rest {
		return "", "", fmt.Errorf("is %s: must have white space after the closing quote", quoted)
	}
	return value, rest, nil
}

// quote writes a value so that cutValue reads it back: as it is if that is possible.
func quote(value string) string {
	special := func(r rune) bool {
		return !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune("\"'`=\\", r) || r == unicode.ReplacementChar
	}
	if value == "" || strings.ContainsFunc(value, special) {
		return strconv.Quote(value)
	}
	return value
}
