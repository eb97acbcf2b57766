# Signs a user in with Net::HTTP.
require "json"
require "net/http"
require "uri"

APPLICATION = { "client_id" => ENV.fetch("MFA_CLIENT_ID"), "client_secret" => ENV.fetch("MFA_CLIENT_SECRET") }.freeze

def call(path, fields: nil, bearer: nil)
  4.times do
    uri = URI(ENV.fetch("MFA_BASE_URL") + path)
    request = fields ? Net::HTTP::Post.new(uri) : Net::HTTP::Get.new(uri)
    request.set_form_data(fields.merge(APPLICATION)) if fields
    request["Authorization"] = "Bearer #{bearer}" if bearer
    response = Net::HTTP.start(uri.host, uri.port, read_timeout: 30) { |http| http.request(request) }
    if response.code == "429"
      sleep response["Retry-After"].to_i
    elsif response.content_type == "application/json"
      return response.code.to_i, JSON.parse(response.body)
    else
      sleep 0.1
    end
  end
  abort "The tenant doesn't respond as it should."
end

def typed
  uri = URI(ENV.fetch("MFA_CODE_URL"))
  response = Net::HTTP.start(uri.host, uri.port, read_timeout: 120) { |http| http.get(uri.path) }
  response.code == "200" ? response.body : abort(response.body)
end

def challenge(token)
  _, rows = call("/mfa/authenticators", bearer: token)
  email = rows.find { |row| row["active"] && row["oob_channel"] == "email" }
  fields = { "mfa_token" => token, "challenge_type" => "oob", "authenticator_id" => email["id"] }
  _, body = call("/mfa/challenge", fields: fields)
  body["oob_code"]
end

_, login = call("/oauth/token", fields: {
  "grant_type" => "password", "username" => ENV.fetch("MFA_USERNAME"), "password" => ENV.fetch("MFA_PASSWORD"),
  "audience" => ENV.fetch("MFA_AUDIENCE"), "scope" => "openid email"
})
token = login["mfa_token"] or abort "The tenant asks for no second factor."
oob_code = challenge(token)
tokens = nil
5.times do
  status, body = call("/oauth/token", fields: {
    "grant_type" => "http://auth0.com/oauth/grant-type/mfa-oob",
    "mfa_token" => token, "oob_code" => oob_code, "binding_code" => typed
  })
  break tokens = body if status == 200

  case body["error"]
  when "mfa_required"
    token = body["mfa_token"]
    oob_code = challenge(token)
  when "expired_token" then oob_code = challenge(token)
  when "invalid_grant" then puts "That code was refused."
  else abort "You can't sign in: #{body["error"]}"
  end
end
abort "Too many codes were refused." unless tokens
_, user = call("/userinfo", bearer: tokens["access_token"])
puts "Signed in as #{user["email"]}"
