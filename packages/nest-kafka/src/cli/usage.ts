export const usage = `Usage: nest-kafka dlt <list|show|replay> <topic> [options]

  dlt list <topic>      count the messages of a dead letter topic by original topic, handler and exception
  dlt show <topic>      print messages: where they were, why they failed, headers, key and value
  dlt replay <topic>    produce messages to their original topics again, each once: what was replayed is remembered

Which messages (all of these have to hold)
  --partition <n>       of this partition of the dead letter topic; may be repeated
  --offset <n>          at this offset; may be repeated; needs one --partition
  --exception <name>    with this class of exception; may be repeated
  --original <topic>    from this topic; may be repeated
  --handler <pattern>   given up by this handler; may be repeated
  --max <n>             no more than so many (show, replay)

How
  --dry-run             replay: say what would be replayed, and do not
  --again               replay: also what has been replayed before
  --group <id>          replay: the group whose offsets remember it (default nest-kafka-replay.<topic>)
  --json                one JSON object a line
  --idle <ms>           how long to wait for messages that do not come (default 2000)

Brokers
  --brokers <list>      host:port,host:port             (or KAFKA_BROKERS)
  --ssl                 TLS                             (or KAFKA_SSL=true)
  --ca, --cert, --key   files in PEM, for TLS           (or KAFKA_CA, KAFKA_CERT, KAFKA_KEY)
  --sasl <mechanism>    plain, scram-sha-256 or scram-sha-512 (or KAFKA_SASL)
  --username <name>                                     (or KAFKA_USERNAME)
                        the password comes from KAFKA_PASSWORD only: arguments can be read by others

Exit status: 0, or 1 if something failed, or 2 if the command was not understood.
`;
