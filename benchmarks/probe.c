/* The program whose start is timed: it only exits. */
int main(void)
{
    return 0;
}
