// A Java app that logs in with a password and a code by email: PORT=3000 java App.java
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

class App {
    static final String TENANT = "https://" + System.getenv("AUTH0_DOMAIN");
    static final String CLIENT_ID = System.getenv("AUTH0_CLIENT_ID");
    static final String CLIENT_SECRET = System.getenv("AUTH0_CLIENT_SECRET");
    static final HttpClient HTTP = HttpClient.newHttpClient();

    record Login(String mfaToken, String oobCode) {}

    record Answer(int status, String body) {}

    // Of logins that wait for their codes; a real app keeps it in the user's session.
    static final Map<String, Login> LOGINS = new ConcurrentHashMap<>();

    static Answer login(String given) throws IOException, InterruptedException {
        String answer = tokens(Map.of(
                "grant_type", "password",
                "username", text(given, "username"),
                "password", text(given, "password"),
                "scope", "openid email"));
        if (!"mfa_required".equals(text(answer, "error"))) {
            return refused(answer);
        }
        String mfaToken = text(answer, "mfa_token");
        String enrolled = send(request("/mfa/authenticators", mfaToken).GET());
        String email = emailOf(enrolled);
        String sent = email == null
                ? post("/mfa/associate", mfaToken, "{\"authenticator_types\": [\"oob\"], \"oob_channels\": [\"email\"]}")
                : post("/mfa/challenge", null, """
                        {"client_id": "%s", "client_secret": "%s", "mfa_token": "%s",
                         "challenge_type": "oob", "authenticator_id": "%s"}
                        """.formatted(CLIENT_ID, CLIENT_SECRET, mfaToken, email));
        String number = UUID.randomUUID().toString();
        LOGINS.put(number, new Login(mfaToken, text(sent, "oob_code")));
        return new Answer(200, "{\"login\": \"%s\"}".formatted(number));
    }

    static Answer code(String given) throws IOException, InterruptedException {
        String number = text(given, "login");
        Login login = LOGINS.get(number);
        if (login == null) {
            return new Answer(401, "{\"error\": \"no such login\"}");
        }
        String answer = tokens(Map.of(
                "grant_type", "http://auth0.com/oauth/grant-type/mfa-oob",
                "mfa_token", login.mfaToken(),
                "oob_code", login.oobCode(),
                "binding_code", text(given, "code")));
        if (text(answer, "access_token").isEmpty()) {
            return refused(answer);
        }
        LOGINS.remove(number);
        String user = send(request("/userinfo", text(answer, "access_token")).GET());
        return new Answer(200, "{\"email\": \"%s\"}".formatted(text(user, "email")));
    }

    static Answer refused(String answer) {
        return new Answer(401, "{\"error\": \"%s\"}".formatted(text(answer, "error_description")));
    }

    static String tokens(Map<String, String> fields) throws IOException, InterruptedException {
        Map<String, String> all = new ConcurrentHashMap<>(fields);
        all.put("client_id", CLIENT_ID);
        all.put("client_secret", CLIENT_SECRET);
        String form = all.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request("/oauth/token", null)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    static String post(String path, String bearer, String json) throws IOException, InterruptedException {
        return send(request(path, bearer)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static HttpRequest.Builder request(String path, String bearer) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(TENANT + path));
        return bearer == null ? builder : builder.header("Authorization", "Bearer " + bearer);
    }

    static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    // Without a JSON library: the fields that are read here are texts without escapes.
    static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    static String emailOf(String authenticators) {
        return Pattern.compile("\\{[^}]*}").matcher(authenticators).results()
                .map(one -> one.group())
                .filter(one -> one.matches("(?s).*\"active\"\\s*:\\s*true.*") && "email".equals(text(one, "oob_channel")))
                .map(one -> text(one, "id"))
                .findFirst()
                .orElse(null);
    }

    interface Handler {
        Answer answer(String given) throws IOException, InterruptedException;
    }

    static void handle(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            String given = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = handler.answer(given);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/login", exchange -> handle(exchange, App::login));
        server.createContext("/code", exchange -> handle(exchange, App::code));
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
