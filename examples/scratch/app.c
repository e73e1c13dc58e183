/* Answers over HTTP whoever knows the token. All that it reads from its environment was checked
 * before it was started, so it checks nothing again. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void stop(int sig)
{
    (void)sig;
    _exit(0);
}

static void answer(int connection, const char *expected, const char *greeting)
{
    char request[4096], reply[512];
    ssize_t length = read(connection, request, sizeof request - 1);
    if (length <= 0)
        return;
    request[length] = '\0';
    int known = strstr(request, expected) != NULL;
    int size = snprintf(reply, sizeof reply, "HTTP/1.0 %s\r\n\r\n%s\n",
                        known ? "200 OK" : "401 Unauthorized", known ? greeting : "who are you?");
    if (write(connection, reply, (size_t)size) < size)
        perror("write");
}

int main(void)
{
    const char *greeting = getenv("APP_GREETING"), *token = getenv("APP_TOKEN");
    int port = atoi(getenv("APP_PORT"));
    char expected[256];
    snprintf(expected, sizeof expected, "\r\nAuthorization: Bearer %s\r\n", token);

    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
        perror("listen");
        return 1;
    }
    printf("listening on port %d\n", port);
    fflush(stdout);
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0)
            continue;
        answer(connection, expected, greeting);
        close(connection);
    }
}
