/** Ends with 143 on SIGTERM, as every Java program does, its hooks run. */
public class App {
    public static void main(String[] arguments) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("flushed")));
        System.out.println("ready");
        Thread.sleep(Long.MAX_VALUE);
    }
}
