// A Java app in which users sign in with a password and a code by email: PORT=3000 java App.java
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
// It needs nothing but the JDK, which has no JSON: with a library for it, your app needs no patterns.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

class App {
    static final String TENANT = "https://" + setting("AUTH0_DOMAIN");
    static final String CLIENT_ID = setting("AUTH0_CLIENT_ID");
    static final String CLIENT_SECRET = setting("AUTH0_CLIENT_SECRET");
    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    // What waits for a code; an app of several processes keeps it in its sessions.
    static final Map<String, Login> LOGINS = new ConcurrentHashMap<>();

    record Login(String mfaToken, String oobCode) {}

    /** The tenant's answer is an error, or the login has ended. */
    static class Refused extends Exception {
        private static final long serialVersionUID = 1;
        final String answer;

        Refused(String why, String answer) {
            super(why);
            this.answer = answer;
        }
    }

    static String login(Map<String, String> form) throws IOException, InterruptedException, Refused {
        String mfaToken;
        try {
            token(Map.of(
                    "grant_type", "password",
                    "username", form.getOrDefault("username", ""),
                    "password", form.getOrDefault("password", ""),
                    "scope", "openid email"));
            throw new Refused("The tenant asked for no code.", "");
        } catch (Refused refused) {
            if (!text(refused.answer, "error").equals("mfa_required")) {
                throw refused;
            }
            mfaToken = text(refused.answer, "mfa_token");
        }
        String enrolled = ask(request("/mfa/authenticators", mfaToken).GET());
        String email = Pattern.compile("\\{[^}]*}").matcher(enrolled).results()
                .map(MatchResult::group)
                .filter(one -> one.matches("(?s).*\"active\"\\s*:\\s*true.*"))
                .filter(one -> text(one, "oob_channel").equals("email"))
                .map(one -> text(one, "id"))
                .findFirst().orElse(null);
        String sent = email == null
                ? post("/mfa/associate", mfaToken, """
                        {"authenticator_types": ["oob"], "oob_channels": ["email"]}""")
                : post("/mfa/challenge", mfaToken, """
                        {"client_id": "%s", "client_secret": "%s", "mfa_token": "%s",
                         "challenge_type": "oob", "authenticator_id": "%s"}
                        """.formatted(CLIENT_ID, CLIENT_SECRET, mfaToken, email));
        String login = UUID.randomUUID().toString();
        LOGINS.put(login, new Login(mfaToken, text(sent, "oob_code")));
        return "{\"login\": \"%s\"}".formatted(login);
    }

    static String code(Map<String, String> form) throws IOException, InterruptedException, Refused {
        String number = form.getOrDefault("login", "");
        Login login = LOGINS.get(number);
        if (login == null) {
            throw new Refused("This login has ended. Sign in again.", "");
        }
        String accessToken;
        try {
            accessToken = token(Map.of(
                    "grant_type", "http://auth0.com/oauth/grant-type/mfa-oob",
                    "mfa_token", login.mfaToken(),
                    "oob_code", login.oobCode(),
                    "binding_code", form.getOrDefault("code", "")));
        } catch (Refused refused) {
            if (!text(refused.answer, "error").equals("invalid_grant")) {
                throw refused;
            }
            throw new Refused("That code is wrong. Try again with the newest one.", "");
        }
        LOGINS.remove(number);
        String user = ask(request("/userinfo", accessToken).GET());
        return "{\"email\": \"%s\"}".formatted(text(user, "email"));
    }

    // The tenant

    static String token(Map<String, String> proof) throws IOException, InterruptedException, Refused {
        Map<String, String> form = new HashMap<>(proof);
        form.put("client_id", CLIENT_ID);
        form.put("client_secret", CLIENT_SECRET);
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return text(ask(request("/oauth/token", "")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))), "access_token");
    }

    static String post(String path, String bearer, String json) throws IOException, InterruptedException, Refused {
        return ask(request(path, bearer)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    static HttpRequest.Builder request(String path, String bearer) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(TENANT + path)).timeout(PATIENCE);
        return bearer.isEmpty() ? request : request.header("Authorization", "Bearer " + bearer);
    }

    static String ask(HttpRequest.Builder request) throws IOException, InterruptedException, Refused {
        var response = HTTP.send(request.build(), BodyHandlers.ofString());
        String answer = response.body();
        if (response.statusCode() < 400) {
            return answer;
        }
        String why = text(answer, "error_description");
        if (why.isEmpty()) {
            throw new IOException("The tenant answered with status " + response.statusCode());
        }
        throw new Refused(why, answer);
    }

    /** A text in a JSON object, as it is written there. */
    static String text(String json, String name) {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    // The app's own addresses

    interface Handler {
        String answer(Map<String, String> form) throws IOException, InterruptedException, Refused;
    }

    static void handle(HttpExchange exchange, Handler handler) throws IOException {
        int status = 200;
        String answer;
        try {
            answer = handler.answer(form(exchange));
        } catch (Refused refused) {
            status = 401;
            answer = "{\"error\": \"%s\"}".formatted(refused.getMessage());
        } catch (IOException | InterruptedException error) {
            System.err.println(error);
            status = 502;
            answer = "{\"error\": \"You can't sign in just now. Try again later.\"}";
        }
        try (exchange) {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static Map<String, String> form(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String field : body.split("&")) {
            String[] parts = field.split("=", 2);
            form.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            System.err.println("Set " + name + " in the environment first.");
            System.exit(1);
        }
        return value;
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(setting("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/login", exchange -> handle(exchange, App::login));
        server.createContext("/code", exchange -> handle(exchange, App::code));
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
