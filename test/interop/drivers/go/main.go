// The driver of franz-go: a scenario a line on stdin, its observations as a line of JSON on stdout.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type observations map[string]any

var scenarios = map[string]func(scene, ...string) (observations, error){
	"topics":         topics,
	"produce":        produce,
	"read":           read,
	"group":          group,
	"transactions":   transactions,
	"administration": administration,
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), " ")
		answer := map[string]any{"scenario": words[0]}
		if seen, err := run(os.Args[1], words); err != nil {
			answer["error"] = err.Error()
		} else {
			answer["observations"] = seen
		}
		if err := answers.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func run(bootstrap string, words []string) (observations, error) {
	scenario := scenarios[words[0]]
	if scenario == nil || len(words) < 2 {
		return nil, fmt.Errorf("this driver has no scenario %q", words)
	}
	return scenario(scene{bootstrap, words[1]}, words[2:]...)
}
