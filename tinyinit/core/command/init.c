#include "command/init.h"

#include "command/setting.h"

#include "base/startup_only.h"

static void refuse_init_key(const struct toml_entry *entry, struct problems *problems)
{
    const char *nearest = option_nearest(entry->key, FIRST_SETTING);
    if (nearest)
        problem_at(problems, entry->line, "[init] has an unknown key {'}; did you mean {}?",
                   entry->key, nearest);
    else
        problem_at(problems, entry->line, "[init] has an unknown key {'}", entry->key);
}

void init_take_key(void *options, const struct toml_entry *entry, struct problems *problems)
{
    struct setter setter = {.options = options};
    enum option option = option_find(entry->key);
    bool is_list = entry->value.kind == TOML_ARRAY;
    if (option < FIRST_SETTING) {
        refuse_init_key(entry, problems);
        return;
    }
    if (is_list && !option_is_list(option)) {
        problem_at(problems, entry->line, "[init] {} must be one value", entry->key);
        return;
    }
    const struct toml_value *value = is_list ? entry->value.items : &entry->value;
    for (; value; value = value->next) {
        const char *expected = setting_set(&setter, option, value->text);
        if (expected)
            problem_at(problems, value->line, "[init] {} is {'}, not {}", entry->key,
                       setter.refused, expected);
    }
}
