// Signs a user in with Java's own client, and finds fields of JSON with regular expressions.
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Login {
    static final HttpClient CLIENT = HttpClient.newHttpClient();
    static int status;

    static String env(String name) {
        return System.getenv(name);
    }

    static String send(String path, String bearer, String... fields) throws Exception {
        for (int tries = 0; tries < 4; tries++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(env("MFA_BASE_URL") + path));
            if (bearer != null) {
                request.header("Authorization", "Bearer " + bearer);
            }
            if (fields.length > 0) {
                StringBuilder body = new StringBuilder("client_id=" + encoded(env("MFA_CLIENT_ID")) + "&client_secret=" + encoded(env("MFA_CLIENT_SECRET")));
                for (int i = 0; i < fields.length; i += 2) {
                    body.append('&').append(fields[i]).append('=').append(encoded(fields[i + 1]));
                }
                request.header("Content-Type", "application/x-www-form-urlencoded");
                request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
            }
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            status = response.statusCode();
            if (status == 429) {
                Thread.sleep(1000L * Long.parseLong(response.headers().firstValue("Retry-After").orElse("1")));
            } else if (response.headers().firstValue("Content-Type").orElse("").startsWith("application/json")) {
                return response.body();
            } else {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("The tenant doesn't respond as it should.");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String field(String name, String json) {
        Matcher found = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    static String challenge(String token) throws Exception {
        String id = "";
        for (String row : send("/mfa/authenticators", token).split("\\{")) {
            if (row.matches("(?s).*\"active\": *true.*") && field("oob_channel", row).equals("email")) {
                id = field("id", row);
            }
        }
        return field("oob_code", send("/mfa/challenge", null, "mfa_token", token, "challenge_type", "oob", "authenticator_id", id));
    }

    static String typed() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(env("MFA_CODE_URL"))).build();
        HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.body());
        }
        return response.body();
    }

    static void signIn() throws Exception {
        String token = field("mfa_token", send("/oauth/token", null, "grant_type", "password", "username", env("MFA_USERNAME"),
            "password", env("MFA_PASSWORD"), "audience", env("MFA_AUDIENCE"), "scope", "openid email"));
        String oobCode = challenge(token);
        for (int tries = 0; tries < 5; tries++) {
            String body = send("/oauth/token", null, "grant_type", "http://auth0.com/oauth/grant-type/mfa-oob",
                "mfa_token", token, "oob_code", oobCode, "binding_code", typed());
            if (status == 200) {
                System.out.println("Signed in as " + field("email", send("/userinfo", field("access_token", body))));
                return;
            }
            String error = field("error", body);
            if (error.equals("mfa_required")) {
                token = field("mfa_token", body);
            }
            if (!error.equals("invalid_grant")) {
                oobCode = challenge(token);
            }
        }
        throw new IllegalStateException("Too many codes were refused.");
    }

    public static void main(String[] arguments) {
        try {
            signIn();
        } catch (Exception error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
